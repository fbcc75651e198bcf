import { call } from "../../dialects/func/ops.ts";
import { type LinearSite, linearSites } from "../../dialects/lowp/linear-sites.ts";
import { type Collected, StatisticsCollector } from "../../runtime/calibration/statistics.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { carryOver, type Pause, ranBefore } from "../../runtime/interpreter/pause.ts";
import { feedOf, languageModel, windowFor } from "../../runtime/text/language-model.ts";
import type { Calibration } from "../define/pass.ts";
import { error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { type Module, type OpId, walk } from "../ir/module.ts";
import type { Session } from "./command.ts";
import { sha256 } from "./constant-host.ts";
import type { Loaded } from "./load.ts";

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
 * measured when a pass asks, on the module it has by then; a run stops at the last op that is asked about,
 * and the next one goes on from there where the edits in between allow it. Between two questions each
 * window keeps the values that ops still to come will use.
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
  const pauses: (Pause | undefined)[] = windows.map(() => undefined);
  return ok({
    sha256: sha256(text),
    wasUsed: () => used,
    statistics(current, symbols, needs) {
      used = true;
      const sites = sitesOf(current, symbols);
      const collector = collectorOf(sites, needs);
      const stops = callsAreUnique(current);
      let waiting = new Set<OpId>();
      const interpreter = new Interpreter(current, registry, constants, {
        precision: "f32",
        observe: (_entry, op, inputs) => {
          collector.observe(op, inputs);
          waiting.delete(op.id);
          return stops && waiting.size === 0 ? "stop" : undefined;
        },
      });
      for (const [i, fed] of windows.entries()) {
        waiting = new Set(sites.keys());
        const reached = interpreter.advance(
          main,
          [{ shape: [fed.length], data: fed }],
          continuation(pauses[i], current, waiting),
        );
        if (!reached.ok) return reached;
        pauses[i] = reached.value;
      }
      return collector.finish();
    },
  });
}

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

/** Where to go on in a module that may have been edited; undefined where a run must start over to see all sites. */
function continuation(pause: Pause | undefined, module: Module, sites: ReadonlySet<OpId>): Pause | undefined {
  const carried = pause && carryOver(pause, module);
  if (!carried) return undefined;
  const ran = ranBefore(carried);
  return [...sites].some((site) => ran.has(site)) ? undefined : carried;
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
    return site && { symbol: site.symbol, aliases: site.aliases, slot: site.inputSlot };
  }, collected);
}

/** Whether every function is called from one place, so that having seen an op once is having seen it for good. */
function callsAreUnique(module: Module): boolean {
  const callees = walk(module).flatMap((op) => (call.is(op) ? [op.attributes.callee.join("::")] : []));
  return new Set(callees).size === callees.length;
}
