import type { InputStatistics, Statistic } from "../../compiler/define/solver.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { Op } from "../../compiler/ir/module.ts";
import type { FloatData, FloatTensor } from "../../compiler/numeric/tensor.ts";
import type { OperandValues } from "../interpreter/interpreter.ts";
import { HistogramCounter } from "./histogram.ts";
import { RowSample } from "./row-sample.ts";
import { SecondMoment } from "./second-moment.ts";

/** Where an op's input is to be looked at, and the names its statistics are kept under. */
export interface ObservedSite {
  readonly symbol: string;
  readonly aliases?: readonly string[];
  /** The operand to look at. */
  readonly slot: string;
  /** What messages call the operand; the input that meets the symbol where left out. */
  readonly subject?: string;
  /** The rows [rows, K] to count, where the operand is not made of them already. */
  readonly rowsOf?: ((input: FloatTensor) => FloatTensor) | undefined;
}

/** What was seen at one site. */
export interface SiteStatistics extends InputStatistics {
  /** Extent of the input's last axis, K. */
  readonly channels: number;
}

/** What may be collected of one run. */
export type Collected = Exclude<Statistic, "crossMoment">;
export const EVERYTHING: readonly Collected[] = [
  "secondMoment",
  "absoluteMaximum",
  "absoluteMean",
  "range",
  "zeroShare",
  "histogram",
];

/** By symbol; symbols that share a site share one object, the site's own symbol first. */
export type StatisticsBySymbol = ReadonlyMap<string, SiteStatistics>;

/** Gathers statistics of the inputs of chosen ops while a program runs. Sums are f64, in the order of the rows. */
export class StatisticsCollector {
  readonly #siteOf: (op: Op) => ObservedSite | undefined;
  readonly #collected: ReadonlySet<Collected>;
  readonly #sites = new Map<string, { readonly site: ObservedSite; readonly totals: Totals }>();
  readonly #problems = new Map<string, Diagnostic>();

  constructor(siteOf: (op: Op) => ObservedSite | undefined, collected: readonly Collected[] = EVERYTHING) {
    this.#siteOf = siteOf;
    this.#collected = new Set(collected);
  }

  /** Takes in the input of an op about to run, if its site is one to look at. */
  observe(op: Op, inputs: OperandValues): undefined {
    const site = this.#siteOf(op);
    if (!site || this.#problems.has(site.symbol)) return;
    const input = floatsOf(inputs[site.slot]);
    const problem = this.#add(site, input && (site.rowsOf?.(input) ?? input));
    if (problem === undefined) return;
    const message = `${site.subject ?? `the input that meets @${site.symbol}`} ${problem}`;
    this.#problems.set(site.symbol, error("calibration-input", message, { span: op.span }));
  }

  /** What was seen since the collector was made. Codes: `calibration-input`. */
  finish(): Result<StatisticsBySymbol> {
    if (this.#problems.size > 0) return fail(...this.#problems.values());
    return ok(
      new Map(
        [...this.#sites.values()].flatMap(({ site, totals }) => {
          const statistics = finishTotals(totals, this.#collected);
          return [site.symbol, ...(site.aliases ?? [])].map((symbol) => [symbol, statistics] as const);
        }),
      ),
    );
  }

  /** Adds the rows of an input, or says why it cannot. */
  #add(site: ObservedSite, input: FloatTensor | undefined): string | undefined {
    if (!input) return "is no tensor of floats";
    if (!allFinite(input.data)) return "has values that are not finite";
    if (input.data.length === 0) return undefined;
    const channels = input.shape.at(-1) ?? 1;
    const totals = this.#sites.get(site.symbol)?.totals ?? startTotals(channels, this.#collected);
    if (totals.channels !== channels)
      return `has ${channels} channels here, but ${totals.channels} elsewhere`;
    this.#sites.set(site.symbol, { site, totals });
    addRows(totals, input.data);
    return undefined;
  }
}

/** The tensor of an operand, if it is one of floats. */
export function floatsOf(value: OperandValues[string]): FloatTensor | undefined {
  if (value === undefined || !("data" in value)) return undefined;
  const { shape, data } = value;
  return data instanceof Float32Array || data instanceof Float64Array ? { shape, data } : undefined;
}

/** The running totals of one site. Those of K numbers are always kept, as they take one loop together. */
interface Totals {
  readonly channels: number;
  rows: number;
  readonly absoluteMaximum: Float64Array;
  readonly absoluteSum: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
  readonly zeros: Float64Array;
  readonly secondMoment: SecondMoment | undefined;
  readonly histogram: HistogramCounter | undefined;
  readonly sample: RowSample | undefined;
}

function startTotals(channels: number, collected: ReadonlySet<Collected>): Totals {
  return {
    channels,
    rows: 0,
    absoluteMaximum: new Float64Array(channels),
    absoluteSum: new Float64Array(channels),
    minimum: new Float64Array(channels).fill(Infinity),
    maximum: new Float64Array(channels).fill(-Infinity),
    zeros: new Float64Array(channels),
    secondMoment: collected.has("secondMoment") ? new SecondMoment(channels) : undefined,
    histogram: collected.has("histogram") ? new HistogramCounter() : undefined,
    sample: collected.has("sample") ? new RowSample(channels) : undefined,
  };
}

function addRows(totals: Totals, values: FloatData): void {
  const { channels, absoluteMaximum, absoluteSum, minimum, maximum, zeros } = totals;
  totals.rows += values.length / channels;
  totals.secondMoment?.add(values);
  totals.histogram?.add(values);
  totals.sample?.add(values);
  for (let start = 0; start < values.length; start += channels)
    for (let channel = 0; channel < channels; channel++) {
      const value = values[start + channel]!;
      const magnitude = Math.abs(value);
      absoluteSum[channel]! += magnitude;
      if (magnitude > absoluteMaximum[channel]!) absoluteMaximum[channel] = magnitude;
      if (value < minimum[channel]!) minimum[channel] = value;
      if (value > maximum[channel]!) maximum[channel] = value;
      if (value === 0) zeros[channel]!++;
    }
}

function finishTotals(totals: Totals, collected: ReadonlySet<Collected>): SiteStatistics {
  const { channels, rows: count, absoluteMaximum, absoluteSum, minimum, maximum, zeros } = totals;
  const { secondMoment, histogram, sample } = totals;
  return {
    count,
    channels,
    ...(secondMoment && { secondMoment: secondMoment.mean(count) }),
    ...(collected.has("absoluteMaximum") && { absoluteMaximum: absoluteMaximum.slice() }),
    ...(collected.has("absoluteMean") && { absoluteMean: absoluteSum.map((sum) => sum / count) }),
    ...(collected.has("range") && { minimum: minimum.slice(), maximum: maximum.slice() }),
    ...(collected.has("zeroShare") && { zeroShare: zeros.map((each) => each / count) }),
    ...(histogram && { histogram: histogram.finish() }),
    ...(sample && { sample: sample.finish() }),
  };
}

// A plain loop: `every` and a callback take several times as long.
function allFinite(values: FloatData): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
