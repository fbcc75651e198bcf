import type { Registry } from "../../../compiler/define/dialect.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Module, opAt } from "../../../compiler/ir/module.ts";
import type { Objective } from "../reordering/objectives.ts";
import { channelsOf } from "./recorded-orders.ts";
import { type KeptSite, type ReorderSite, reorderSites } from "./reorder-sites.ts";
import { selectParams } from "./select-params.ts";

/** Channels a pass is asked to reorder, and those among them that must keep their order. */
export interface ChosenSites {
  readonly sites: readonly ReorderSite[];
  readonly kept: readonly KeptSite[];
  /** Channels that may move, and are not asked to. */
  readonly others: readonly OtherSite[];
}

/** Channels that are left alone, and why. */
export interface OtherSite extends ReorderSite {
  readonly reason: string;
}

/** What is asked for; without an objective the natural order. */
export interface SiteChoice {
  readonly objective: Objective | undefined;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/**
 * The channels met by a matrix whose name matches a pattern of `only`, and by none that matches one of `skip`; only
 * the former count for the order. Those that only queries and keys have are of use to blocks alone. Codes:
 * `selector`, `nothing-to-reorder`.
 */
export function chooseSites(
  module: Module,
  { objective, only, skip }: SiteChoice,
  registry: Pick<Registry, "op">,
): Result<ChosenSites> {
  const found = reorderSites(module, registry);
  const isUseful = ({ isSummed }: { readonly isSummed: boolean }): boolean =>
    isSummed || !objective || (objective.kind === "outlier-grouping" && objective.loudness === "weights");
  const all = { sites: found.sites.filter(isUseful), kept: found.kept.filter(isUseful) };
  const names = [...all.sites, ...all.kept].flatMap(namesOf);
  if (names.length === 0)
    return fail(
      error("nothing-to-reorder", "no matrix that is a parameter meets channels", {
        hint: "weights must come from lowp.get",
      }),
    );
  const { chosen, diagnostics } = selectParams([...new Set(names)], only, skip);
  if (diagnostics.length > 0) return fail(...diagnostics);
  const wanted = new Set(chosen);
  const spared = new Set(skip.length > 0 ? selectParams(names, skip, []).chosen : []);
  const isChosen = (site: ReorderSite | KeptSite): boolean =>
    namesOf(site).some((name) => wanted.has(name)) && !namesOf(site).some((name) => spared.has(name));
  const taken = {
    sites: all.sites.filter(isChosen).map((site) => ({
      ...site,
      counted: site.met.filter(({ symbol }) => wanted.has(symbol)),
    })),
    kept: all.kept.filter(isChosen),
    others: found.sites.flatMap((site): OtherSite[] => {
      if (!isUseful(site)) return [{ ...site, reason: "their order is nothing to the objective" }];
      return isChosen(site) ? [] : [{ ...site, reason: "only and skip leave them out" }];
    }),
  };
  if (taken.sites.length + taken.kept.length === 0)
    return fail(error("selector", `skip leaves none of the ${all.sites.length + all.kept.length} places`));
  return ok(taken);
}

const namesOf = ({ met }: ReorderSite | KeptSite): readonly string[] => met.map(({ symbol }) => symbol);

/** Why channels keep their order, once for each op that asks for it, pointing there. */
export function whyKept(module: Module, kept: readonly KeptSite[]): readonly Diagnostic[] {
  const byCause = new Map<string, [KeptSite, ...KeptSite[]]>();
  for (const site of kept) {
    const cause = `${site.op} ${site.reason}`;
    const known = byCause.get(cause);
    if (known) known.push(site);
    else byCause.set(cause, [site]);
  }
  return [...byCause.values()].map(([site, ...others]) => ({
    severity: "remark",
    code: "fixed-order",
    message: `the ${channelsOf(site)}${others.length > 0 ? `, and ${others.length} like them,` : ""} keep their order, as ${site.reason}`,
    span: opAt(module, site.op).span,
  }));
}
