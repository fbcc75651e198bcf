import { isDense, type KernelContext, type Precision } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { Op, OpId, ValueId } from "../../../compiler/ir/module.ts";
import type { TensorType, Type } from "../../../compiler/ir/types.ts";
import { elementCount, type Tensor } from "../../../compiler/numeric/tensor.ts";
import { complete } from "../../../compiler/schema/schema.ts";
import { allocate } from "../../../dialects/nn/kernels/allocate.ts";
import { kernels } from "../../../dialects/nn/kernels.ts";
import { opNamed } from "./describe-inference.ts";

export interface Evaluation {
  /** Types of the operands by slot. */
  readonly types: Readonly<Record<string, TensorType | readonly TensorType[]>>;
  readonly inputs: Readonly<Record<string, Tensor | readonly Tensor[]>>;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly result?: Type;
  readonly precision?: Precision;
}

/** Runs the kernel of one op outside any module. */
export function evaluate(name: string, evaluation: Evaluation): Tensor | Mismatch {
  const { types, inputs, attributes = {}, result, precision = "f32" } = evaluation;
  const known: Type[] = result ? [result] : [types.input as TensorType];
  const define = (type: Type): ValueId => (known.push(type) - 1) as ValueId;
  const { spec } = opNamed(name);
  const operands = Object.fromEntries(
    Object.keys(spec.operands).map((slot) => {
      const type = types[slot];
      return [slot, type === undefined ? undefined : "kind" in type ? define(type) : type.map(define)];
    }),
  );
  const refuse = () => mismatch("test", "nn kernels need no module");
  const context: KernelContext = {
    precision,
    typeOf: (value) => known[value]!,
    call: refuse,
    symbol: () => undefined,
    resource: refuse,
    memo: (_, compute) => compute(),
  };
  const op: Op = {
    id: 0 as OpId,
    name: `nn.${name}`,
    operands,
    attributes: complete(spec.attributes, attributes),
    results: { output: 0 as ValueId },
    regions: [],
    successors: [],
    extra: {},
    location: undefined,
    span: undefined,
  };
  const kernel = kernels.find((each) => each.op.name === op.name);
  if (!kernel) throw new Error(`no kernel of ${op.name}`);
  const outputs = kernel.evaluate(op, inputs, context);
  if (isMismatch(outputs)) return outputs;
  const output = outputs.output;
  if (output === undefined || !("shape" in output) || !isDense(output))
    throw new Error("expected one tensor");
  return output;
}

/** Deterministic numbers of a type: floats in -1 … 1, integers from 0 up to `below`. */
export function dataOf({ shape, element }: TensorType, precision: Precision, below: number): Tensor {
  const data = allocate(element, elementCount(shape), precision);
  for (let index = 0; index < data.length; index++) {
    const noise = Math.imul(index + 1, 0x9e3779b1) >>> 0;
    if (data instanceof BigInt64Array) data[index] = BigInt(noise % below);
    else if (data instanceof Int32Array) data[index] = noise % Math.min(below, isFlag(element) ? 2 : below);
    else data[index] = (noise % 513) / 256 - 1;
  }
  return { shape, data };
}

const isFlag = (element: Type): boolean => element.kind === "integer" && element.width === 1;
