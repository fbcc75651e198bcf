import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { TensorType } from "../../../compiler/ir/types.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { param } from "../ops.ts";
import { composePermutations, inversePermutation, isIdentity, type Permutation } from "../permutation.ts";
import type { Objective } from "../reordering/objectives.ts";
import { chooseSites, whyKept } from "./choose-sites.ts";
import { measureOrders } from "./measure-orders.ts";
import type { AxisMove } from "./permute-param.ts";
import { channelsOf, orderName, recordedOrder } from "./recorded-orders.ts";
import { objectiveOf, reorderOptions } from "./reorder-options.ts";
import { type RecordedOrder, type Reordering, reorderParams } from "./reorder-params.ts";
import { orderProvenance, reordered, restored } from "./reorder-provenance.ts";
import { axisPermutation, type ReorderSite } from "./reorder-sites.ts";

/**
 * Puts the channels between linear ops into another order, in every parameter that has them: rows of what makes them,
 * columns of what meets them, biases, gains, tables. Numbers keep their bits and no op is added; sums are taken in
 * another order. `@w.order` records which channel of the model as it was stands where, w being the first weight that
 * meets them; `natural` brings them back.
 */
export const reorderChannels = definePass({
  name: "reorder-channels",
  summary: "Puts channels between linear ops in an order that formats or sparsity gain from.",
  options: reorderOptions,
  contract: { kind: "exactInReals" },
  async run(module, { only, skip, ...choice }, context) {
    const bound = objectiveOf(choice);
    if (!bound.ok) return bound;
    const objective = bound.value;
    const chosen = chooseSites(module, { objective, only, skip }, context.registry);
    if (!chosen.ok) return chosen;
    const told = whyKept(module, chosen.value.kept);
    if (chosen.value.sites.length === 0) return fail(nothingMoves(told), ...told);
    const moves = objective
      ? await newOrders(module, chosen.value.sites, objective, context)
      : oldOrders(module, chosen.value.sites, context);
    if (!moves.ok) return moves;
    told.forEach(context.report);
    const stillMoved = new Set(
      chosen.value.others
        .filter((site) => topLevelSymbol(module, orderName(site)))
        .flatMap(({ moved }) => moved.map(({ symbol }) => symbol)),
    );
    const order = objective && orderProvenance(objective, context);
    const prov: Reordering["prov"] = (symbol, before) =>
      order ? reordered(order, before) : stillMoved.has(symbol) ? before : restored(before);
    return applyOrders(module, moves.value, prov, context);
  },
});

const nothingMoves = (told: readonly Diagnostic[]): Diagnostic =>
  error("fixed-order", "all channels that were asked for must keep their order", {
    ...(told[0] && { span: told[0].span }),
    hint: "choose others with only",
  });

/** How a site changes: place i gets what was at place perm[i], which is then as `record` says. */
interface SiteMove {
  readonly site: ReorderSite;
  readonly perm: Permutation;
  /** Undefined where channels are in their own places again. */
  readonly record: Permutation | undefined;
}

/** The orders that an objective asks for, of the sites that gain. Code: `nothing-to-reorder`. */
async function newOrders(
  module: Module,
  sites: readonly ReorderSite[],
  objective: Objective,
  context: PassContext,
): Promise<Result<readonly SiteMove[]>> {
  const orders = await measureOrders(module, sites, objective, context);
  if (!orders.ok) return orders;
  const moves: SiteMove[] = [];
  for (const [i, site] of sites.entries()) {
    const { perm, figure } = orders.value[i]!;
    const about = `the ${site.channels} ${channelsOf(site)}`;
    if (isIdentity(perm)) {
      context.report(remark(`the ${channelsOf(site)} stand where they are best already`));
      continue;
    }
    const before = recordedOrder(module, orderName(site), site.channels, context);
    if (!before.ok) return before;
    moves.push({ site, perm, record: before.value ? composePermutations(before.value, perm) : perm });
    context.report(remark(`${about} are reordered: ${figure}`));
  }
  if (moves.length > 0) return ok(moves);
  const hint = "leave reorder-channels out, or give another objective";
  return fail(
    error("nothing-to-reorder", `no channels stand better in another order, by ${objective.kind}`, { hint }),
  );
}

/** The ways back from recorded orders. Code: `nothing-to-reorder`. */
function oldOrders(
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

function applyOrders(
  module: Module,
  sites: readonly SiteMove[],
  prov: Reordering["prov"],
  context: PassContext,
): Result<Module> {
  const moves = new Map<string, AxisMove[]>();
  const orders = new Map<string, RecordedOrder>();
  for (const { site, perm, record } of sites) {
    orders.set(orderName(site), { beside: site.met[0]!.symbol, perm: record });
    for (const each of site.moved) {
      const op = topLevelSymbol(module, each.symbol)!;
      if (!param.is(op)) continue;
      const whole = axisPermutation(op.attributes.type as TensorType, each, perm);
      moves.set(each.symbol, [...(moves.get(each.symbol) ?? []), { axis: each.axis, perm: whole }]);
    }
  }
  const editor = new Editor(module);
  const done = reorderParams(editor, { moves, orders, prov }, context);
  return done.ok ? ok(editor.commit()) : done;
}
