import { type Mismatch, mismatch } from "../../../compiler/define/op.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import { floatAttribute, type Literal, word } from "../../../compiler/ir/attributes.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { real, type Schema } from "../../../compiler/schema/schema.ts";
import { wrongMoment } from "./losses.ts";

/**
 * Which weights are outliers: a share of all, those of largest magnitude; or those whose magnitude is above what lies
 * `iqr` times the distance of the quartiles beyond the farther of them.
 */
export type OutlierRule = number | { readonly iqr: number };

/** A share of weights or groups, from 0 to 1. */
export const someShare: Schema<number> = {
  ...real(),
  describe: "number from 0 to 1",
  decode(literal) {
    const share = real().decode(literal);
    return share !== undefined && share >= 0 && share <= 1 ? share : undefined;
  },
};

/** `0.0045` or `iqr<1.8>`, which attributes write `{iqr = 1.8}`. */
export const outlierRule: Schema<OutlierRule> = {
  describe: `${someShare.describe}, or iqr<R>`,
  decode(literal) {
    if (literal.kind !== "apply" && literal.kind !== "dictionary") return someShare.decode(literal);
    const factor = factorOf(literal);
    const iqr = factor && real().decode(factor);
    return iqr !== undefined && iqr >= 0 ? { iqr } : undefined;
  },
  encode: (rule) =>
    typeof rule === "number"
      ? someShare.encode(rule)
      : { kind: "apply", head: word("iqr"), items: [floatAttribute(rule.iqr)] },
};

function factorOf(literal: Extract<Literal, { readonly kind: "apply" | "dictionary" }>): Literal | undefined {
  if (literal.kind === "dictionary")
    return Object.keys(literal.entries).length === 1 ? literal.entries.iqr : undefined;
  const [factor, ...rest] = literal.items;
  const isRule = literal.head.kind === "word" && literal.head.text === "iqr" && rest.length === 0;
  return isRule ? factor : undefined;
}

/**
 * 1 at the weights that are taken out; by sensitivity w² · H_jj first, then by magnitude of what is left. Codes:
 * `statistics-shape`, `no-outliers`.
 */
export function takeOut(
  { shape, data }: FloatTensor,
  { outliers, sensitive }: { readonly outliers: OutlierRule; readonly sensitive: number },
  statistics: InputStatistics | undefined,
): Uint8Array | Mismatch {
  const taken = new Uint8Array(data.length);
  const columns = shape.at(-1) ?? 1;
  const moment = statistics?.secondMoment;
  if (sensitive > 0 && moment) {
    if (moment.length !== columns ** 2) return wrongMoment(moment, columns);
    const squares = Float64Array.from(data, (x, at) => x * x * moment[(at % columns) * (columns + 1)]!);
    markShare(taken, squares, sensitive);
  }
  const magnitudes = Float64Array.from(data, Math.abs);
  if (typeof outliers === "number") markShare(taken, magnitudes, outliers);
  else {
    const limit = outlierLimit(data, outliers.iqr);
    for (const [at, magnitude] of magnitudes.entries()) if (magnitude > limit) taken[at] = 1;
  }
  if (taken.includes(1) || data.length === 0) return taken;
  const rule = typeof outliers === "number" ? outliers : `iqr<${outliers.iqr}>`;
  return mismatch(
    "no-outliers",
    `outliers = ${rule} and sensitive = ${sensitive} take out none of ${data.length} weights`,
    {
      hint: `give ${typeof outliers === "number" ? "larger shares" : "a smaller number"}, or a type without the sparse term`,
    },
  );
}

/** max(|q₁ − r (q₃ − q₁)|, |q₃ + r (q₃ − q₁)|) of the quartiles, which are interpolated. (SqueezeLLM's code) */
export function outlierLimit(data: FloatTensor["data"], range: number): number {
  const sorted = Float64Array.from(data).sort();
  const quantile = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  };
  const [first, third] = [quantile(0.25), quantile(0.75)];
  const reach = range * (third - first);
  return Math.max(Math.abs(first - reach), Math.abs(third + reach));
}

/** Marks a share of all, rounded down, of what is not yet marked: the largest scores, of equals the first. */
function markShare(taken: Uint8Array, scores: Float64Array, share: number): void {
  const order = Array.from(scores, (_, at) => at).sort(
    (one, other) => scores[other]! - scores[one]! || one - other,
  );
  const count = Math.floor(share * scores.length);
  for (const at of order.filter((candidate) => taken[candidate] === 0).slice(0, count)) taken[at] = 1;
}
