import type { Result } from "../compiler/diagnostics/diagnostic.ts";
import type { FunctionType } from "../compiler/ir/types.ts";
import type { Tensor } from "../compiler/numeric/tensor.ts";

/** A loaded program: named functions from dense tensors to dense tensors. */
export interface Executable {
  /** Signatures of the functions that may be called from outside, by name. */
  readonly entries: ReadonlyMap<string, FunctionType>;
  /** Inputs in the order of the signature. Wrong shapes and missing weights are diagnostics. */
  run(
    entry: string,
    inputs: readonly Tensor[],
  ): Result<readonly Tensor[]> | Promise<Result<readonly Tensor[]>>;
}
