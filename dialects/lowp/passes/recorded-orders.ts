import { isDense } from "../../../compiler/define/kernel.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import { param } from "../ops.ts";
import { type Permutation, permutationProblem } from "../permutation.ts";
import { readValue } from "./read-value.ts";
import type { ReorderSite } from "./reorder-sites.ts";

/** The parameter that says which channel of the model as it was stands at each place of a site. */
export const orderName = ({ met, isSummed }: Pick<ReorderSite, "met" | "isSummed">): string =>
  `${met[0]!.symbol}.${isSummed ? "order" : "output_order"}`;

/** The parameter by which the inputs of a site are gathered. */
export const gatherName = ({ met }: Pick<ReorderSite, "met">): string => `${met[0]!.symbol}.channels`;

/** What a site is called in messages. */
export const channelsOf = ({
  met,
  isSummed,
  turns,
}: Pick<ReorderSite, "met" | "isSummed" | "turns">): string =>
  `${turns ? "rotary pairs" : "channels"} that ${isSummed ? `meet @${met[0]!.symbol}` : `@${met[0]!.symbol} makes`}`;

/** The order of a site that an earlier run recorded; undefined where it has none. Codes: those of reading, `perm-twice`. */
export function recordedOrder(
  module: Module,
  name: string,
  channels: number,
  context: Pick<PassContext, "constants">,
): Result<Permutation | undefined> {
  const op = topLevelSymbol(module, name);
  if (!op || !param.is(op)) return ok(undefined);
  const value = readValue(op, module, context);
  if (!value.ok) return value;
  const data = isDense(value.value) ? value.value.data : undefined;
  if (!(data instanceof Int32Array) || data.length !== channels) return ok(undefined);
  const order = { shape: [channels], data };
  const problem = permutationProblem(order);
  return problem
    ? fail({ severity: "error", span: op.span, code: problem.code, message: `@${name}: ${problem.message}` })
    : ok(order);
}
