import { elementCount, type Tensor, type TensorData } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";
import { broadcastShapes, broadcastTo } from "./broadcast.ts";

/** `whenTrue` where the condition is not zero, else `whenFalse`; all three broadcast; one data class. */
export function where<Data extends TensorData>(
  condition: Tensor<Int32Array>,
  whenTrue: Tensor<Data>,
  whenFalse: Tensor<Data>,
): Tensor<Data> {
  const shape = broadcastShapes(condition.shape, whenTrue.shape, whenFalse.shape);
  const chosen = broadcastTo(condition, shape).data;
  const result = allocateLike(whenTrue, shape);
  const target: TensorData = result.data;
  const yes: TensorData = broadcastTo(whenTrue, shape).data;
  const no: TensorData = broadcastTo(whenFalse, shape).data;
  if (target instanceof BigInt64Array && yes instanceof BigInt64Array && no instanceof BigInt64Array) {
    for (let index = 0; index < target.length; index++) {
      target[index] = chosen[index] !== 0 ? yes[index]! : no[index]!;
    }
    return result;
  }
  if (target instanceof BigInt64Array || yes instanceof BigInt64Array || no instanceof BigInt64Array) {
    throw new Error("internal error: a choice between 64-bit integers and another data class");
  }
  for (let index = 0; index < target.length; index++) {
    target[index] = chosen[index] !== 0 ? yes[index]! : no[index]!;
  }
  return result;
}

export type Predicate = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

type Comparable = number | bigint;

const predicates: Record<Predicate, (left: Comparable, right: Comparable) => boolean> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  lt: (left, right) => left < right,
  le: (left, right) => left <= right,
  gt: (left, right) => left > right,
  ge: (left, right) => left >= right,
};

/** 1 where the predicate holds, else 0, with broadcasting; as IEEE 754: with NaN only `ne` holds, -0 eq 0. */
export function compare<Data extends TensorData>(
  left: Tensor<Data>,
  right: Tensor<Data>,
  { predicate }: { readonly predicate: Predicate },
): Tensor<Int32Array> {
  const shape = broadcastShapes(left.shape, right.shape);
  const leftData = broadcastTo(left, shape).data;
  const rightData = broadcastTo(right, shape).data;
  const holds = predicates[predicate];
  const data = new Int32Array(elementCount(shape));
  for (let index = 0; index < data.length; index++) {
    data[index] = holds(leftData[index]!, rightData[index]!) ? 1 : 0;
  }
  return { shape, data };
}
