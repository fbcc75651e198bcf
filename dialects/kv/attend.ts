import { isDense, type Precision, type RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { castDense } from "../lowp/dense.ts";
import { dequantize } from "../lowp/dequantize.ts";
import { placeOnAxis, sliceAxis, zerosLike } from "../lowp/regions.ts";
import { appendToRing, joinTensors } from "../lowp/ring.ts";
import { oldExtent } from "../lowp/ring-extents.ts";
import { ring } from "../lowp/types.ts";
import { componentOf } from "../lowp/values.ts";
import { attention } from "../nn/reference/attention.ts";
import { type CodedEntries, codedEntries } from "./coded-entries.ts";

/** A cache and what was appended to it, as every query on the way saw it. */
export interface History {
  /** Entries as they came, those before the first query as they were then; axis 0. */
  readonly fresh: FloatTensor;
  /** The entries that are rounded in the end, as they read then. */
  readonly rounded: FloatTensor;
  /** The rounded entries as codes, where they were asked for. */
  readonly coded?: CodedEntries | undefined;
  /** How many of the first `length` entries are rounded when there are no more. */
  roundedOf(length: number): number;
}

/**
 * The history of a cache [S, G, D] along axis 0, dense or a ring, with the entries that come next. In f64 the tail is
 * still rounded to its type, as it is stored in it. `onCodes` adds the rounded entries of a ring as codes.
 */
export function historyOf(
  past: RuntimeValue,
  next: FloatTensor,
  precision: Precision,
  onCodes = false,
): History | Mismatch {
  const before = dequantize(past, precision);
  if (isMismatch(before)) return before;
  if (isDense(past)) {
    const fresh = joinTensors(before, inPrecision(next, precision), 0);
    return { fresh, rounded: sliceAxis(fresh, 0, 0, 0), roundedOf: () => 0 };
  }
  const { type } = past;
  const grown = appendToRing(past, next);
  if (isMismatch(grown)) return grown;
  const old = componentOf(grown, "old");
  const rounded = dequantize(old, precision);
  if (isMismatch(rounded)) return rounded;
  const coded = onCodes && !isDense(old) ? codedEntries(old) : undefined;
  if (isMismatch(coded)) return coded;
  if (!ring.is(type) || type.parameters.recent.kind !== "float") return unreachable("verified to be a ring");
  const { parameters } = type;
  const entries = castDense(next, type.parameters.recent);
  return {
    fresh: joinTensors(before, inPrecision(entries, precision), 0),
    rounded,
    coded,
    roundedOf: (length) => oldExtent(parameters, length),
  };
}

const inPrecision = ({ shape, data }: FloatTensor, precision: Precision): FloatTensor => ({
  shape,
  data: precision === "f32" ? Float32Array.from(data) : Float64Array.from(data),
});

/**
 * query [T, H, D] over histories of S entries -> [T, H, E], computed as nn.attention does. Neighbouring queries that
 * see the same numbers are computed together.
 */
export function attend(query: FloatTensor, keys: History, values: History, scale: number): FloatTensor {
  const count = query.shape[0]!;
  const past = keys.fresh.shape[0]! - count;
  const output = zerosLike(query, [count, query.shape[1]!, values.fresh.shape[2]!]);
  for (let first = 0; first < count; ) {
    const view = viewOf(keys, values, past + first + 1);
    let end = first + 1;
    while (end < count && viewOf(keys, values, past + end + 1) === view) end++;
    const length = past + end;
    const part = attention(
      sliceAxis(query, 0, first, end - first),
      entriesAt(keys, length),
      entriesAt(values, length),
      { scale, causal: true },
    );
    placeOnAxis(part, output, 0, first);
    first = end;
  }
  return output;
}

/** Queries with one view may share the entries that the last of them sees. */
const viewOf = (keys: History, values: History, length: number): string =>
  [keys, values].map((each) => (each.roundedOf(length) === length ? "all" : each.roundedOf(length))).join();

/** The entries of a cache when `length` of them were there. */
function entriesAt({ fresh, rounded, roundedOf }: History, length: number): FloatTensor {
  const settled = roundedOf(length);
  return joinTensors(sliceAxis(rounded, 0, 0, settled), sliceAxis(fresh, 0, settled, length - settled), 0);
}
