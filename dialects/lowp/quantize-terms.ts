import type { RuntimeValue } from "../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { dequantize } from "./dequantize.ts";
import type { Pattern } from "./sparse-kind.ts";
import { choosePlaces, gatherNumbers, largestOfRuns, replaceMarked } from "./sparse-places.ts";
import { sparse } from "./types.ts";
import type { ValueType } from "./value-type.ts";

/** Puts a tensor into the type of a term or of a part of it, called `name` among the components of the sum. */
type Put = (input: FloatTensor, type: ValueType, name: string) => RuntimeValue | Mismatch;
type Components = Readonly<Record<string, RuntimeValue>>;

/**
 * The terms of a sum: each on what the earlier ones leave. A first term that keeps n of m stands for outliers: they
 * give way to the mean of their neighbours while the others are found, whose ranges they would widen, and then it
 * stores what the others lack there. (GEAR, algorithm 1)
 */
export function quantizeTerms(
  input: FloatTensor,
  terms: readonly ValueType[],
  put: Put,
): Components | Mismatch {
  const [first, ...others] = terms;
  const pattern = first && patternOf(first);
  return pattern ? aroundOutliers(input, pattern, others, put) : inTurn(input, terms, put);
}

/** What a value leaves of the tensor it stands for, in the precision of that tensor. */
export function restOf(input: FloatTensor, value: RuntimeValue): FloatTensor | Mismatch {
  const numbers = dequantize(value, input.data instanceof Float32Array ? "f32" : "f64");
  if (isMismatch(numbers)) return numbers;
  return { shape: input.shape, data: input.data.map((x, index) => x - numbers.data[index]!) };
}

/** Terms numbered from `start`, each on what the ones before leave and `adjust` makes of it. */
function inTurn(
  input: FloatTensor,
  terms: readonly ValueType[],
  put: Put,
  { start = 0, adjust = (rest: FloatTensor): FloatTensor => rest } = {},
): Components | Mismatch {
  const components: Record<string, RuntimeValue> = {};
  let rest = input;
  for (const [at, type] of terms.entries()) {
    const name = `${start + at}`;
    const term = put(rest, type, name);
    if (isMismatch(term)) return term;
    const left = restOf(rest, term);
    if (isMismatch(left)) return left;
    rest = adjust(left);
    components[name] = term;
  }
  return components;
}

/** A term that keeps n of m neighbours. */
interface Outliers extends Pattern {
  readonly type: DialectType;
  readonly values: ValueType;
}

function patternOf(type: ValueType): Outliers | undefined {
  if (type.kind !== "dialect" || !sparse.is(type)) return undefined;
  const { kind, values } = type.parameters;
  return kind.kind === "nm" ? { ...kind, type, values } : undefined;
}

function aroundOutliers(
  input: FloatTensor,
  outliers: Outliers,
  others: readonly ValueType[],
  put: Put,
): Components | Mismatch {
  const kept = largestOfRuns(input, outliers);
  const places = choosePlaces({ kind: "nm", ...outliers }, input.shape, kept);
  if (isMismatch(places)) return places;
  const terms = inTurn(replaceMarked(input, kept, outliers), others, put, {
    start: 1,
    adjust: (rest) => replaceMarked(rest, kept, outliers, 0),
  });
  if (isMismatch(terms)) return terms;
  let missing = input;
  for (const term of Object.values(terms)) {
    const left = restOf(missing, term);
    if (isMismatch(left)) return left;
    missing = left;
  }
  const values = put(gatherNumbers(missing, places.positions, places.shape), outliers.values, "0");
  if (isMismatch(values)) return values;
  const first = { shape: input.shape, type: outliers.type, components: { ...places.components, values } };
  return { 0: first, ...terms };
}
