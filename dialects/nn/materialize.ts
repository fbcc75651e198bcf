import type { ConstantMaterializer } from "../../compiler/define/dialect.ts";
import { isDense } from "../../compiler/define/kernel.ts";
import type { DenseValue } from "../../compiler/ir/attributes.ts";
import { DYNAMIC, same, type Type } from "../../compiler/ir/types.ts";
import type { Tensor } from "../../compiler/numeric/tensor.ts";
import { isDenseElement, isTensor } from "./constraints.ts";
import { readConstant } from "./kernels/read-constant.ts";
import { constant } from "./ops/constant.ts";

/** Computed values are written as nn.constant, a repeated number only once. */
export const constants: ConstantMaterializer = {
  op: constant,
  valueOf: (op) => (constant.is(op) ? readConstant(op.attributes.value, "f32") : undefined),
  attributesFor(value, type) {
    if (!isDense(value) || !isTensor(type) || !isDenseElement(type.element)) return undefined;
    // A constant of unknown extent cannot be written, and one of another type would not fit the users.
    if (type.shape.includes(DYNAMIC) || !same(type.shape, value.shape) || type.encoding) return undefined;
    return { value: { kind: "dense", value: literalOf(value, type.element), type } };
  },
};

function literalOf({ shape, data }: Tensor, element: Type): DenseValue {
  const values =
    data instanceof Float32Array || data instanceof Float64Array ? Array.from(data) : whole(data, element);
  const [first, ...rest] = values;
  if (first !== undefined && rest.every((each) => Object.is(each, first))) return first;
  return nest(values, shape);
}

/** As bigints, which literals of integers hold; 32 and 64 unsigned bits are held as signed. */
function whole(data: Int32Array | BigInt64Array, element: Type): readonly bigint[] {
  const isUnsigned = element.kind === "integer" && element.signedness === "unsigned";
  const read = isUnsigned ? (x: bigint) => BigInt.asUintN(element.width, x) : (x: bigint) => x;
  return Array.from<number | bigint, bigint>(data, (x) => read(BigInt(x)));
}

function nest(values: readonly DenseValue[], shape: readonly number[]): DenseValue {
  const [size, ...inner] = shape;
  if (size === undefined) return values[0]!;
  const step = size === 0 ? 0 : values.length / size;
  return Array.from({ length: size }, (_, index) =>
    nest(values.slice(index * step, (index + 1) * step), inner),
  );
}
