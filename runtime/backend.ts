import type { RuntimeValue } from "../compiler/define/kernel.ts";
import type { Result } from "../compiler/diagnostics/diagnostic.ts";
import type { FunctionType } from "../compiler/ir/types.ts";
import type { Tensor } from "../compiler/numeric/tensor.ts";

export type { RuntimeValue };

/** A loaded program: named functions from dense tensors to dense tensors. */
export interface Executable {
  /** Signatures of the functions that may be called from outside, by name. */
  readonly entries: ReadonlyMap<string, FunctionType>;
  /** Inputs in the order of the signature. Wrong shapes and missing weights are diagnostics. */
  run(
    entry: string,
    inputs: readonly Tensor[],
  ): Result<readonly Tensor[]> | Promise<Result<readonly Tensor[]>>;
  /**
   * As `run`, for functions that take or give values that are not dense, such as quantized caches. A dense tensor
   * of floats given for one becomes the nearest value of its type.
   */
  runValues(
    entry: string,
    inputs: readonly RuntimeValue[],
  ): Result<readonly RuntimeValue[]> | Promise<Result<readonly RuntimeValue[]>>;
}
