import { registry } from "../../compiler/cli/toolchain.ts";
import type { ConstantStore } from "../../compiler/ir/constants.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { parsePipeline } from "../../compiler/passes/bind.ts";
import { runPipeline } from "../../compiler/passes/pipeline.ts";
import { expectOk } from "./expect-ok.ts";

/** Runs a pipeline in this thread; throws what its diagnostics say. */
export async function applyPasses(
  module: Module,
  constants: ConstantStore,
  pipeline: string,
): Promise<Module> {
  const passes = expectOk(parsePipeline(pipeline, registry));
  const context = { registry, constants, report: () => {}, progress: () => {} };
  return expectOk(
    await runPipeline(module, passes, context, { verifyEach: false, allowUnregistered: false }),
  );
}
