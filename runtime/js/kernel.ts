import { assemble, type NamedFunction } from "./assembler/assemble.ts";
import type { Local } from "./assembler/expression.ts";
import { FunctionBuilder } from "./assembler/function-builder.ts";

/** What an engine may offer beyond fixed-width SIMD. */
export interface Features {
  /** The relaxed SIMD proposal: fused multiply-add and dot products of 8-bit integers. */
  readonly relaxed: boolean;
}

/** Bytes behind any buffer that a kernel may read, but never use. */
export const READABLE = 64;

/**
 * One WebAssembly function, made when a module is compiled. All that is known then (formats, blocks, static extents,
 * what is fused) is in its code; what is not (addresses, dynamic extents) are its parameters.
 *
 * A kernel does units of work `begin` ≤ u < `end` of those its caller counts. Units write to different places and
 * none reads what another writes, so any split over threads gives the same bits. It reads and writes f32 and integers
 * at addresses that are multiples of 16, and may read, but never use, up to `READABLE` bytes behind any buffer.
 */
export interface Kernel {
  /** Says what it computes and all it is specialised to: equal names mean equal code. */
  readonly name: string;
  /** All i32, in order; `begin` and `end` come behind them. */
  readonly parameters: readonly string[];
  build(f: FunctionBuilder, parameters: Readonly<Record<string, Local>>, features: Features): void;
}

/** Gives `build` its parameters by name, with types. */
export function defineKernel<Name extends string>(kernel: {
  readonly name: string;
  readonly parameters: readonly Name[];
  build(
    f: FunctionBuilder,
    parameters: Readonly<Record<Name | "begin" | "end", Local>>,
    features: Features,
  ): void;
}): Kernel {
  return kernel;
}

/** Bytes of the 64 KiB pages of memory, and how many of them 32-bit addresses reach. */
export const PAGE = 65536;
export const MOST_PAGES = 65536;

/**
 * A WebAssembly module that exports the kernels by their names, numbered in order, and then what calls them. Kernels
 * of one name are taken once.
 */
export function assembleKernels(
  kernels: Iterable<Kernel>,
  features: Features,
  callers: readonly NamedFunction[] = [],
): Uint8Array<ArrayBuffer> {
  const unique = new Map([...kernels].map((kernel) => [kernel.name, kernel]));
  const functions = [...unique.values()].map((kernel): NamedFunction => {
    const names = [...kernel.parameters, "begin", "end"];
    const f = new FunctionBuilder(names.map(() => "i32"));
    const parameters = Object.fromEntries(names.map((name, i) => [name, f.parameter(i)]));
    kernel.build(f, parameters, features);
    return { name: kernel.name, function: f };
  });
  return assemble([...functions, ...callers], { pages: 1, maximum: MOST_PAGES });
}
