import { isDense, type RuntimeValue } from "../compiler/define/kernel.ts";
import { error, fail, ok, type Result } from "../compiler/diagnostics/diagnostic.ts";
import { attributesOf, type Module, type Op, topLevel } from "../compiler/ir/module.ts";
import { symbolNameOf } from "../compiler/ir/symbols.ts";
import type { FunctionType, Type } from "../compiler/ir/types.ts";
import type { Tensor } from "../compiler/numeric/tensor.ts";

export type { RuntimeValue };

/** The signature that an op gives to the function it defines. */
export const functionTypeOf = (op: Op): FunctionType | undefined => {
  const type = attributesOf(op).function_type as Type | undefined;
  return type?.kind === "function" ? type : undefined;
};

/** Signatures of the functions of a module that may be called from outside, by name. */
export const publicFunctions = (module: Module): ReadonlyMap<string, FunctionType> =>
  new Map(
    topLevel(module).flatMap((op) => {
      const [name, type] = [symbolNameOf(op), functionTypeOf(op)];
      const isOpen = attributesOf(op).sym_visibility !== "private";
      return name !== undefined && type && isOpen ? [[name, type] as const] : [];
    }),
  );

/** The results of a function that is to give dense tensors. Code: `composite-result`. */
export function denseResults(entry: string, values: readonly RuntimeValue[]): Result<readonly Tensor[]> {
  const dense = values.filter(isDense);
  return dense.length === values.length
    ? ok(dense)
    : fail(
        error("composite-result", `@${entry} returns a value that is not dense`, {
          hint: "dequantize it before returning it",
        }),
      );
}

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
