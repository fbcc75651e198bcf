import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Op, ValueId } from "../ir/module.ts";
import type { Type } from "../ir/types.ts";
import type { FloatTensor, Tensor } from "../numeric/tensor.ts";
import type { InferAll, Schemas } from "../schema/schema.ts";
import type { AnyOp, Mismatch, OpDefinition, Slots, ValueSpecs } from "./op.ts";

/** A value whose type is not dense: its components by name (`codes`, `scale`, …), each again a value. */
export interface CompositeValue {
  readonly shape: readonly number[];
  readonly type: Type;
  readonly components: Readonly<Record<string, RuntimeValue>>;
}
export type RuntimeValue = Tensor | CompositeValue;
export const isDense = (value: RuntimeValue): value is Tensor => "data" in value;

/** An operand that the verifier lets be floats alone. */
export const verifiedFloats = (value: RuntimeValue): FloatTensor =>
  isDense(value) && (value.data instanceof Float32Array || value.data instanceof Float64Array)
    ? (value as FloatTensor)
    : unreachable("verified to be a tensor of floats");

/** f32: every float result is rounded once to f32. f64: no rounding, for checking laws in the reals. */
export type Precision = "f32" | "f64";

/** What a kernel may ask of whoever runs it. */
export interface KernelContext {
  readonly precision: Precision;
  typeOf(value: ValueId): Type;
  /** Runs the function a symbol names. */
  call(path: readonly string[], inputs: readonly RuntimeValue[]): readonly RuntimeValue[] | Mismatch;
  /** The op a symbol names, seen from the op being run. */
  symbol(path: readonly string[]): Op | undefined;
  /** The bytes behind a `dense_resource` key. */
  resource(key: string): Uint8Array | Mismatch;
  /** Computes once per program what depends on `key` alone, such as dequantized weights. */
  memo<T>(key: object, compute: () => T): T;
}

/** The reference semantics of one op. */
export interface Kernel {
  readonly op: AnyOp;
  evaluate(op: Op, inputs: Readonly<Record<string, unknown>>, context: KernelContext): Evaluated;
}
type Evaluated = Readonly<Record<string, RuntimeValue | readonly RuntimeValue[] | undefined>> | Mismatch;

/** `evaluate` gets operand values by slot name and returns result values by slot name, or says why it cannot. */
export function defineKernel<O extends ValueSpecs, A extends Schemas, R extends ValueSpecs>(
  op: OpDefinition<O, A, R>,
  evaluate: (
    inputs: Slots<O, RuntimeValue>,
    attributes: InferAll<A>,
    context: KernelContext,
    op: Op<Slots<O, ValueId>, InferAll<A>, Slots<R, ValueId>>,
  ) => Slots<R, RuntimeValue> | Mismatch,
): Kernel {
  return {
    op,
    evaluate: (record, inputs, context) =>
      op.is(record)
        ? (evaluate(inputs as Slots<O, RuntimeValue>, record.attributes, context, record) as Evaluated)
        : { code: "internal", message: `${op.name} kernel was given ${record.name}` },
  };
}
