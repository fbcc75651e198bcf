import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { param } from "../ops.ts";
import { composePermutations, inversePermutation, isIdentity, type Permutation } from "../permutation.ts";
import { describeFigures, type Objective } from "../reordering/objectives.ts";
import { type GatherSite, gatherInputs } from "./gather-inputs.ts";
import { measureOrders } from "./measure-orders.ts";
import type { AxisMove } from "./permute-param.ts";
import { channelsOf, gatherName, orderName, recordedOrder } from "./recorded-orders.ts";
import { type RecordedOrder, type Reordering, reorderParams } from "./reorder-params.ts";
import { axisPermutation, type ReorderSite } from "./reorder-sites.ts";
import { turnPairs } from "./rotary-pairs.ts";

/** How a site changes: place i gets what was at place perm[i], which is then as `record` says. */
export interface SiteMove {
  readonly site: ReorderSite | GatherSite;
  readonly perm: Permutation;
  /** Undefined where channels are in their own places again. */
  readonly record: Permutation | undefined;
}

/** The orders that an objective asks for, of the sites that gain. Code: `nothing-to-reorder`. */
export async function newOrders(
  module: Module,
  sites: readonly (ReorderSite | GatherSite)[],
  objective: Objective,
  context: PassContext,
): Promise<Result<readonly SiteMove[]>> {
  const orders = await measureOrders(module, sites, objective, context);
  if (!orders.ok) return orders;
  const moves: SiteMove[] = [];
  for (const [i, site] of sites.entries()) {
    const { perm, figures } = orders.value[i]!;
    const about = `the ${site.channels} ${channelsOf(site)}`;
    if (isIdentity(perm)) {
      context.report(remark(`the ${channelsOf(site)} stand where they are best already`));
      continue;
    }
    const before = recordedOrder(module, recordName(site), site.channels, context);
    if (!before.ok) return before;
    moves.push({ site, perm, record: before.value ? composePermutations(before.value, perm) : perm });
    const gathered = "inputs" in site ? " by a gather" : "";
    context.report(remark(`${about} are reordered${gathered}: ${describeFigures(objective, figures)}`));
  }
  if (moves.length > 0) return ok(moves);
  const hint = "leave reorder-channels out, or give another objective";
  return fail(
    error("nothing-to-reorder", `no channels stand better in another order, by ${objective.kind}`, { hint }),
  );
}

/** The ways back from recorded orders. Code: `nothing-to-reorder`. */
export function oldOrders(
  module: Module,
  sites: readonly ReorderSite[],
  context: PassContext,
): Result<readonly SiteMove[]> {
  const moves: SiteMove[] = [];
  for (const site of sites) {
    const order = recordedOrder(module, orderName(site), site.channels, context);
    if (!order.ok) return order;
    if (order.value) moves.push({ site, perm: inversePermutation(order.value), record: undefined });
  }
  if (moves.length > 0) return ok(moves);
  return fail(
    error("nothing-to-reorder", "no order of these channels is recorded", {
      hint: "only what reorder-channels has moved can be brought back",
    }),
  );
}

const remark = (message: string): Diagnostic => ({
  severity: "remark",
  code: "reorder-channels",
  message,
  span: undefined,
});

/** Writes the orders into the parameters, and a gather before linear ops where channels keep theirs. */
export function applyOrders(
  module: Module,
  sites: readonly SiteMove[],
  prov: Reordering["prov"],
  context: PassContext,
): Result<Module> {
  const moves = new Map<string, AxisMove[]>();
  const orders = new Map<string, RecordedOrder>();
  for (const { site, perm, record } of sites) {
    orders.set(recordName(site), { beside: site.met[0]!.symbol, perm: record });
    for (const each of site.moved) {
      const op = topLevelSymbol(module, each.symbol)!;
      if (!param.is(op)) continue;
      const whole = axisPermutation(op.attributes.type as TensorType, each, perm);
      moves.set(each.symbol, [...(moves.get(each.symbol) ?? []), { axis: each.axis, perm: whole }]);
    }
  }
  const editor = new Editor(module);
  const done = reorderParams(editor, { moves, orders, prov }, context);
  if (!done.ok) return done;
  for (const { site, perm } of sites) {
    if ("inputs" in site) gatherInputs(editor, site, gatherName(site));
    if (site.turns) turnPairs(editor, site.turns, perm);
  }
  return ok(editor.commit());
}

const recordName = (site: ReorderSite | GatherSite): string =>
  "inputs" in site ? gatherName(site) : orderName(site);
