import { call } from "../../dialects/func/ops.ts";
import { type LinearSite, linearSites } from "../../dialects/lowp/linear-sites.ts";
import { namedObservers } from "../../dialects/lowp/observers.ts";
import {
  type Collected,
  type ObservedSite,
  StatisticsCollector,
} from "../../runtime/calibration/statistics.ts";
import type { Calibration } from "../define/pass.ts";
import type { InputStatistics } from "../define/solver.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { type Module, type OpId, walk } from "../ir/module.ts";
import { topLevelSymbol } from "../ir/symbols.ts";
import type { Backend } from "./backend.ts";
import { type CalibrationChoice, readCalibrationData } from "./calibration-data.ts";
import type { Session } from "./command.ts";
import { CompiledLossRuns } from "./compiled-loss-runs.ts";
import { CrossCollector } from "./cross-collector.ts";
import type { Loaded } from "./load.ts";
import type { LossFile } from "./loss-file.ts";
import { type LossMeter, type LossProgram, LossRuns } from "./loss-runs.ts";
import { rememberedLosses } from "./remembered-losses.ts";
import { WindowRuns } from "./window-runs.ts";

/** Knows whether any pass asked, so that data given for nothing can be complained about. */
export interface TrackedCalibration extends Calibration {
  wasUsed(): boolean;
  /** Whether any pass asked for losses. */
  lossesUsed(): boolean;
}

/** How losses are measured, and the file they are kept in. */
export interface LossChoice {
  readonly file?: LossFile | undefined;
  readonly backend?: Backend | undefined;
}

/**
 * Calibration data for passes: pieces spread over a text, or batches of examples. Statistics are measured when a pass
 * asks, on the module it has by then. Cross moments compare it with the module that was first asked about, and begin
 * anew where its ops or those weights have changed since. Losses are taken from a file that has them.
 */
export function calibrationFrom(
  session: Session,
  loaded: Loaded,
  choice: CalibrationChoice,
  { file: losses, backend = "interpreter" }: LossChoice = {},
): Result<TrackedCalibration> {
  const { registry } = session;
  const data = readCalibrationData(session, loaded, choice);
  if (!data.ok) return data;
  const { inputs, source } = data.value;
  let used = false;
  const { constants } = loaded;
  const program = { registry, constants, main: "main", inputs, seesOnce: callsAreUnique };
  const runs = new WindowRuns(program);
  let compared: { readonly module: Module; readonly runs: LossMeter } | undefined;
  const increase: NonNullable<Calibration["lossIncrease"]> = (current, replaced, around) => {
    if (compared?.module !== current)
      compared = {
        module: current,
        runs: lossMeter({ ...program, areTokens: "text" in source }, current, backend),
      };
    return compared.runs.increase(replaced, around);
  };
  // Rounding is the backend's own; what the interpreter gives was kept by the data alone.
  const measuredOn = backend === "interpreter" ? source : { source, backend };
  const remembered = losses ? rememberedLosses(increase, losses, { data: measuredOn, registry }) : increase;
  let lossesUsed = false;
  let reference: { readonly module: Module; readonly runs: WindowRuns } | undefined;
  return ok({
    sha256: "text" in source ? source.text : source.inputs,
    wasUsed: () => used,
    lossesUsed: () => lossesUsed,
    lossIncrease(current, replaced, around) {
      used = lossesUsed = true;
      return remembered(current, replaced, around);
    },
    statistics(current, symbols, needs) {
      used = true;
      const sites = sitesOf(current, symbols);
      const collector = collectorOf(
        sites,
        needs.filter((each) => each !== "crossMoment"),
      );
      const cross = needs.includes("crossMoment") ? new CrossCollector(sites) : undefined;
      const ids = new Set(sites.keys());
      const now = runs.begin(current, ids, (op, inputs) => {
        collector.observe(op, inputs);
        cross?.pair(op, inputs);
      });
      if (cross && !(reference && isStill(reference.module, current, symbols)))
        reference = { module: current, runs: new WindowRuns(program) };
      const before =
        cross && reference?.runs.begin(reference.module, ids, (op, inputs) => cross.keep(op, inputs));
      for (const window of inputs.keys()) {
        const reached = before?.(window) ?? ok(undefined);
        if (!reached.ok) return reached;
        const done = now(window);
        if (!done.ok) return done;
      }
      const statistics = collector.finish();
      return statistics.ok && cross ? ok(withCross(statistics.value, cross.finish())) : statistics;
    },
  });
}

const lossMeter = (program: LossProgram, module: Module, backend: Backend): LossMeter =>
  backend === "interpreter" ? new LossRuns(program, module) : new CompiledLossRuns(program, module, backend);

/** Whether a program still tells what the inputs were before: the weights asked about and their ops are the same. */
function isStill(reference: Module, current: Module, symbols: readonly string[]): boolean {
  const [before, now] = [sitesOf(reference, symbols), sitesOf(current, symbols)];
  return (
    before.size === now.size &&
    [...before.keys()].every((op) => now.has(op)) &&
    symbols.every((name) => topLevelSymbol(reference, name) === topLevelSymbol(current, name))
  );
}

const withCross = (
  statistics: ReadonlyMap<string, InputStatistics>,
  cross: ReadonlyMap<string, Float64Array>,
): ReadonlyMap<string, InputStatistics> =>
  new Map(
    [...statistics].map(([symbol, each]) => {
      const crossMoment = cross.get(symbol);
      return [symbol, crossMoment ? { ...each, crossMoment } : each];
    }),
  );

/** The ops whose inputs tell about these parameters; about all of them where none are named. */
export function sitesOf(module: Module, symbols?: readonly string[]): ReadonlyMap<OpId, LinearSite> {
  const wanted = symbols && new Set(symbols);
  return new Map(
    [...linearSites(module)].filter(
      ([, { leads, symbol, aliases }]) =>
        leads && (!wanted || [symbol, ...aliases].some((name) => wanted.has(name))),
    ),
  );
}

/** The values that lowp.observe has looked at. Codes: `observe-site`. */
export function observedSites(module: Module): Result<ReadonlyMap<OpId, ObservedSite>> {
  const found = namedObservers(module);
  if (!found.ok) return found;
  return ok(
    new Map(
      found.value.map(({ id, attributes: { site } }) => [
        id,
        { symbol: site, slot: "input", subject: `the value observed as ${site}` },
      ]),
    ),
  );
}

/** Collects statistics of the inputs of these ops, and of values that are observed. */
export function collectorOf(
  sites: ReadonlyMap<OpId, LinearSite>,
  collected: readonly Collected[],
  observed: ReadonlyMap<OpId, ObservedSite> = new Map(),
): StatisticsCollector {
  return new StatisticsCollector(({ id }) => {
    const site = sites.get(id);
    return site
      ? { symbol: site.symbol, aliases: site.aliases, slot: site.inputSlot, rowsOf: site.rowsOf }
      : observed.get(id);
  }, collected);
}

/** Whether every function is called from one place, so that having seen an op once is having seen it for good. */
function callsAreUnique(module: Module): boolean {
  const callees = walk(module).flatMap((op) => (call.is(op) ? [op.attributes.callee.join("::")] : []));
  return new Set(callees).size === callees.length;
}
