import type { Statistic } from "../../compiler/define/solver.ts";
import { floatAttribute, type Literal, word } from "../../compiler/ir/attributes.ts";
import type { Schema } from "../../compiler/schema/schema.ts";

/**
 * How calibration data become the range of a grid. absmax: the whole range that was seen. percentile: clipped to the
 * magnitude that this fraction of the values do not exceed. mse: clipped where the squared error is least.
 */
export type ScaleRule =
  | { readonly kind: "absmax" }
  | { readonly kind: "percentile"; readonly fraction: number }
  | { readonly kind: "mse" };

/** `absmax`, `percentile<0.9999>` or `mse`. */
export const scaleRule: Schema<ScaleRule> = {
  describe: "absmax | percentile<FRACTION> | mse, such as percentile<0.9999>",
  decode(literal) {
    if (literal.kind === "word")
      return literal.text === "absmax" || literal.text === "mse" ? { kind: literal.text } : undefined;
    if (literal.kind !== "apply" || literal.head.kind !== "word" || literal.head.text !== "percentile")
      return undefined;
    const [item, ...rest] = literal.items;
    const fraction = item?.kind === "float" || item?.kind === "integer" ? Number(item.value) : Number.NaN;
    return rest.length === 0 && fraction > 0 && fraction <= 1 ? { kind: "percentile", fraction } : undefined;
  },
  encode: (rule): Literal =>
    rule.kind === "percentile"
      ? { kind: "apply", head: word("percentile"), items: [floatAttribute(rule.fraction)] }
      : word(rule.kind),
};

/** What a rule has to know about the inputs. */
export const statisticsOf = (rule: ScaleRule): readonly Statistic[] =>
  rule.kind === "absmax" ? ["range"] : ["range", "histogram"];
