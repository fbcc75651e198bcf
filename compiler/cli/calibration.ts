import { call } from "../../dialects/func/ops.ts";
import { type LinearSite, linearSites } from "../../dialects/lowp/linear-sites.ts";
import { type Collected, StatisticsCollector } from "../../runtime/calibration/statistics.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { feedOf, languageModel, windowFor } from "../../runtime/text/language-model.ts";
import type { Calibration } from "../define/pass.ts";
import type { InputStatistics } from "../define/solver.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { type Module, type OpId, walk } from "../ir/module.ts";
import { topLevelSymbol } from "../ir/symbols.ts";
import type { Session } from "./command.ts";
import { sha256 } from "./constant-host.ts";
import { CrossCollector } from "./cross-collector.ts";
import type { Loaded } from "./load.ts";
import { WindowRuns } from "./window-runs.ts";

export interface CalibrationChoice {
  readonly text: Uint8Array;
  /** Tokens fed at a time; the model's context where left out. */
  readonly window?: number | undefined;
  readonly windows: number;
}

/** Knows whether any pass asked, so that data given for nothing can be complained about. */
export interface TrackedCalibration extends Calibration {
  wasUsed(): boolean;
}

/**
 * Calibration data for passes: `windows` pieces of a text, evenly spread over it. Statistics are
 * measured when a pass asks, on the module it has by then. Cross moments compare it with the module as it was
 * when they were first asked for; where its ops or the weights asked about have changed since, the comparison
 * begins anew.
 */
export function calibrationFrom(
  session: Session,
  loaded: Loaded,
  choice: CalibrationChoice,
): Result<TrackedCalibration> {
  const { registry } = session;
  const { module, constants, folder } = loaded;
  const { text } = choice;
  const model = languageModel(module, new Interpreter(module, registry, constants), folder);
  if (!model.ok) return model;
  const { tokenizer, bos, main } = model.value;
  const window = windowFor(model.value, choice.window);
  const tokens = tokenizer.encode(text);
  const windows = spread(tokens, window, choice.windows, bos);
  if (windows.length === 0)
    return fail(
      error(
        "text-too-short",
        `the calibration text has ${tokens.length} tokens, but a window takes ${window}`,
        {
          hint: "give a longer text, or a smaller --calibration-window",
        },
      ),
    );
  let used = false;
  const program = { registry, constants, main, windows, seesOnce: callsAreUnique };
  const runs = new WindowRuns(program);
  let reference: { readonly module: Module; readonly runs: WindowRuns } | undefined;
  return ok({
    sha256: sha256(text),
    wasUsed: () => used,
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
      if (cross && !(reference && isStill(reference.module, current, sites)))
        reference = { module: current, runs: new WindowRuns(program) };
      const before =
        cross && reference?.runs.begin(reference.module, ids, (op, inputs) => cross.keep(op, inputs));
      for (const window of windows.keys()) {
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

/** Whether a program still tells what the inputs were before: the weights asked about and their ops are the same. */
function isStill(reference: Module, current: Module, sites: ReadonlyMap<OpId, LinearSite>): boolean {
  const weights = [...sites.values()].flatMap(({ symbol, aliases }) => [symbol, ...aliases]);
  const before = sitesOf(reference, weights);
  return (
    before.size === sites.size &&
    [...before.keys()].every((op) => sites.has(op)) &&
    weights.every((name) => topLevelSymbol(reference, name) === topLevelSymbol(current, name))
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

/** Window i starts at i · ⌊tokens / windows⌋, or follows its neighbour where the text is short. */
function spread(
  tokens: Int32Array,
  window: number,
  windows: number,
  bos: number | undefined,
): readonly Int32Array[] {
  const stride = Math.max(window, Math.floor(tokens.length / windows));
  const found: Int32Array[] = [];
  for (let start = 0; start + window <= tokens.length && found.length < windows; start += stride) {
    found.push(feedOf(tokens.subarray(start, start + window), bos));
  }
  return found;
}

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

/** Collects statistics of the inputs of these ops. */
export function collectorOf(
  sites: ReadonlyMap<OpId, LinearSite>,
  collected: readonly Collected[],
): StatisticsCollector {
  return new StatisticsCollector(({ id }) => {
    const site = sites.get(id);
    return site && { symbol: site.symbol, aliases: site.aliases, slot: site.inputSlot, rowsOf: site.rowsOf };
  }, collected);
}

/** Whether every function is called from one place, so that having seen an op once is having seen it for good. */
function callsAreUnique(module: Module): boolean {
  const callees = walk(module).flatMap((op) => (call.is(op) ? [op.attributes.callee.join("::")] : []));
  return new Set(callees).size === callees.length;
}
