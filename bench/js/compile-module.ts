import { registry } from "../../compiler/cli/toolchain.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { Model } from "../../runtime/js/artifact/model.ts";
import { type Compiled, compile } from "../../runtime/js/emit/compile.ts";
import { emitModule } from "../../runtime/js/emit/emit-module.ts";
import { expectOk } from "./expect-ok.ts";
import { processorMilliseconds } from "./timing.ts";

/** A program that is loaded, and what it took to make it. */
export interface CompiledProgram {
  readonly model: Model;
  readonly compiled: Compiled;
  readonly cost: ProgramCost;
}

export interface ProgramCost {
  /** Processor time from the lowered module to the program. */
  readonly compileMilliseconds: number;
  /** Bytes of the two files it consists of. */
  readonly scriptBytes: number;
  readonly weightBytes: number;
  /** Bytes of the values of its largest function, all in one arena, and of the workspace of its kernels. */
  readonly arenaBytes: number;
}

export interface Settings {
  /** Whether kernels are to use relaxed SIMD, which the engine must have then. */
  readonly relaxed: boolean;
}

/** Compiles a module that is lowered and loads it into this process. No open extent is larger than `most`. */
export async function compileModule(
  module: Module,
  constants: ConstantStore,
  { most, relaxed }: Settings & { readonly most: number },
): Promise<CompiledProgram> {
  const start = processorMilliseconds();
  const compiled = expectOk(compile(module, registry, constants, { extents: {}, extentOf: () => most }));
  const compileMilliseconds = processorMilliseconds() - start;
  const { program, kernels, weights } = compiled;
  const { memory } = program;
  return {
    model: await Model.load(program, kernels, weights, { relaxed }),
    compiled,
    cost: {
      compileMilliseconds,
      scriptBytes: Buffer.byteLength(emitModule(compiled, "model")[".js"]),
      weightBytes: weights.length,
      arenaBytes: memory.end - memory.weights - weights.length + memory.workspace,
    },
  };
}
