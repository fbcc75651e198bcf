import { applied, type Explain, type Outcome, refused } from "../../../compiler/define/explanation.ts";
import { definePass, type PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { Objective } from "../reordering/objectives.ts";
import { type ChosenSites, chooseSites, whyKept } from "./choose-sites.ts";
import { siteOfParam } from "./explain-selection.ts";
import { type GatherSite, gatherSites } from "./gather-inputs.ts";
import { channelsOf, orderName } from "./recorded-orders.ts";
import { objectiveOf, reorderOptions } from "./reorder-options.ts";
import type { Reordering } from "./reorder-params.ts";
import { orderProvenance, reordered, restored } from "./reorder-provenance.ts";
import type { KeptSite, ReorderSite } from "./reorder-sites.ts";
import { applyOrders, newOrders, oldOrders } from "./site-moves.ts";

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
  explains: "channels between linear ops, by the first weight that meets them",
  async run(module, { only, skip, ...choice }, context) {
    const bound = objectiveOf(choice);
    if (!bound.ok) return bound;
    const objective = bound.value;
    const chosen = chooseSites(module, { objective, only, skip }, context.registry);
    if (!chosen.ok) return chosen;
    const { sites, kept, others } = chosen.value;
    const gathered = choice.otherwise === "gather" ? gatherSites(module, kept) : [];
    const told = whyKept(
      module,
      kept.filter((site) => !isGathered(gathered, site)),
    );
    if (context.explain) explainSites(module, { ...chosen.value, gathered }, context.explain);
    if (choice.otherwise === "gather" && gathered.length === 0) return fail(nothingToGather, ...told);
    if (sites.length + gathered.length === 0) return fail(nothingMoves(told), ...told);
    const moves = objective
      ? await newOrders(module, [...sites, ...gathered], objective, context)
      : oldOrders(module, sites, context);
    if (!moves.ok) return moves;
    told.forEach(context.report);
    const prov = objective ? withOrder(objective, context) : withoutOrder(module, others);
    return applyOrders(module, moves.value, prov, context);
  },
});

/** Tells of channels that are to move, that are gathered, that must stay, and that nobody asks for. */
function explainSites(
  module: Module,
  { sites, kept, others, gathered }: ChosenSites & { readonly gathered: readonly GatherSite[] },
  explain: Explain,
): void {
  const tell = (site: Pick<ReorderSite, "met" | "isSummed">, outcome: Outcome) =>
    explain({ ...siteOfParam(module, site.met[0]!.symbol), rule: "reorder channels", outcome });
  for (const site of sites)
    tell(site, applied(`the ${channelsOf(site)}, in ${site.moved.length} parameters`));
  for (const site of kept)
    tell(site, isGathered(gathered, site) ? applied("gathered before the linear op") : refused(site.reason));
  for (const site of others) tell(site, refused(site.reason));
}

const nothingMoves = (told: readonly Diagnostic[]): Diagnostic =>
  error("fixed-order", "all channels that were asked for must keep their order", {
    ...(told[0] && { span: told[0].span }),
    hint: "choose others with only, or give otherwise = gather to reorder them before each linear op",
  });

const nothingToGather = error(
  "reorder-option",
  "otherwise = gather has no effect, as no linear op meets channels of a fixed order alone",
  {
    hint: "leave otherwise out",
  },
);

const isGathered = (sites: readonly GatherSite[], { met: [first] }: KeptSite): boolean =>
  sites.some(({ met }) => met.some(({ symbol }) => symbol === first!.symbol));

/** Says of every parameter that it was reordered, and for what. */
function withOrder(objective: Objective, context: PassContext): Reordering["prov"] {
  const order = orderProvenance(objective, context);
  return (_symbol, before) => reordered(order, before);
}

/** Says so no longer, but of parameters that other sites have moved and that are not brought back. */
function withoutOrder(module: Module, others: readonly ReorderSite[]): Reordering["prov"] {
  const moved = others
    .filter((site) => topLevelSymbol(module, orderName(site)))
    .flatMap((site) => site.moved);
  const symbols = new Set(moved.map(({ symbol }) => symbol));
  return (symbol, before) => (symbols.has(symbol) ? before : restored(before));
}
