import type { Precision } from "../../../compiler/define/kernel.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import type { FloatType, IntegerType, Type } from "../../../compiler/ir/types.ts";
import type { FloatTensor, Tensor } from "../../../compiler/numeric/tensor.ts";
import { isTensor } from "../constraints.ts";
import { cast } from "../ops/cast.ts";
import { intToFloat } from "../reference/convert.ts";
import { allocate } from "./allocate.ts";
import { defineTensorKernel } from "./define-tensor-kernel.ts";
import { roundToFloat, truncateToInteger, wrapToInteger } from "./round-element.ts";
import { dense, indexes, isFloats } from "./values.ts";

/** Kernels of ops/cast.ts. */
export const castKernels = [
  defineTensorKernel(cast, ({ input }, { element }, { types, kernel }) => {
    const source = { tensor: dense(input), element: elementOf(types.input) };
    if (element.kind === "float") return toFloat(source, element, kernel.precision);
    return element.kind === "integer" ? toInteger(source, element) : unreachable("a cast to no number");
  }),
];

interface Source {
  readonly tensor: Tensor;
  readonly element: Type;
}

/** At f64 precision a cast to f32 rounds nothing, as no other f32 result is rounded; f16 and narrower are. */
function toFloat({ tensor, element: from }: Source, element: FloatType, precision: Precision): Tensor {
  const isExact = precision === "f64" && element.name === "f32";
  const isSigned = from.kind === "integer" && from.signedness !== "unsigned";
  if (isSigned && (element.name === "f32" || element.name === "f64"))
    return intToFloat(indexes(tensor), { float: isExact ? "f64" : element.name });
  const round = isExact ? (x: number) => x : roundToFloat(element);
  const data = allocate(element, tensor.data.length, precision);
  if (data instanceof BigInt64Array) return unreachable("floats held as integers");
  // Through f64: only integers beyond 2^53 can be rounded twice.
  const values = isFloats(tensor) ? tensor : asFloats(tensor, from);
  for (let index = 0; index < data.length; index++) data[index] = round(values.data[index]!);
  return { shape: tensor.shape, data };
}

function asFloats(tensor: Tensor, element: Type): FloatTensor {
  const read = readInteger(element);
  const values = Array.from<number | bigint, number>(indexes(tensor).data, (x) => Number(read(BigInt(x))));
  return { shape: tensor.shape, data: Float64Array.from(values) };
}

function toInteger({ tensor, element: from }: Source, element: IntegerType): Tensor {
  const convert = converterTo({ tensor, element: from }, element);
  const data = allocate(element, tensor.data.length, "f32");
  for (let index = 0; index < data.length; index++) {
    if (data instanceof BigInt64Array) data[index] = convert(index);
    else data[index] = Number(convert(index));
  }
  return { shape: tensor.shape, data };
}

/** Element by element, as integers; what is stored of them are their low bits. */
function converterTo({ tensor, element: from }: Source, element: IntegerType): (index: number) => bigint {
  const isFlag = element.width === 1;
  if (isFloats(tensor)) {
    const truncate = isFlag ? (x: number) => (x === 0 ? 0n : 1n) : truncateToInteger(element);
    return (index) => truncate(tensor.data[index]!);
  }
  const { data } = indexes(tensor);
  const read = readInteger(from);
  const wrap = isFlag ? (x: bigint) => (x === 0n ? 0n : 1n) : wrapToInteger(element);
  return (index) => wrap(read(BigInt(data[index]!)));
}

/** From held bits to the number: 32 and 64 unsigned bits are held as signed. */
const readInteger = (element: Type): ((x: bigint) => bigint) =>
  element.kind === "integer" ? wrapToInteger(element) : unreachable("integers of no integer type");

const elementOf = (type: Type): Type => (isTensor(type) ? type.element : unreachable("a cast of no tensor"));
