import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../compiler/define/solver.ts";
import {
  type Diagnostic,
  fail,
  ok,
  type Result,
  unreachable,
} from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { topLevelSymbol } from "../../../compiler/ir/symbols.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../dequantize.ts";
import { param } from "../ops.ts";
import { type ChosenOrder, chooseOrder, type Objective, statisticsFor } from "../reordering/objectives.ts";
import {
  type ChannelInputs,
  channelInputs,
  inputsAt,
  type OrderPart,
  runOf,
} from "../reordering/order-parts.ts";
import { measureInputs } from "./input-statistics.ts";
import { readValue } from "./read-value.ts";
import type { MovedAxis } from "./reorder-sites.ts";
import type { RotaryTurns } from "./rotary-pairs.ts";

/** Channels to be ordered, by the matrices that meet them. */
interface OrderedSite {
  readonly channels: number;
  readonly scopes: number;
  readonly turns?: RotaryTurns | undefined;
  readonly counted: readonly MovedAxis[];
}

/** The best order of each site by an objective, from the weights and what calibration saw. */
export async function measureOrders(
  module: Module,
  sites: readonly OrderedSite[],
  objective: Objective,
  context: PassContext,
): Promise<Result<readonly ChosenOrder[]>> {
  const needs = statisticsFor(objective);
  const symbols = [...new Set(sites.flatMap(({ counted }) => counted.map(({ symbol }) => symbol)))];
  const asker = `objective = ${objective.kind}`;
  const statistics =
    needs.length === 0
      ? ok(new Map<string, InputStatistics>())
      : await measureInputs(module, symbols, { needs, asker }, context);
  if (!statistics.ok) return statistics;
  const withInverse = objective.kind === "retained-magnitude" && objective.saliency === "obs";
  const orders: ChosenOrder[] = [];
  for (const [i, { channels, scopes, turns, counted }] of sites.entries()) {
    const [{ symbol: site }] = counted as readonly [MovedAxis];
    context.progress(i, sites.length, site);
    const weights: MetWeight[] = [];
    for (const each of counted) {
      const weight = readNumbers(module, each.symbol, context);
      if (!weight.ok) return weight;
      const seen = statistics.value.get(each.symbol);
      const inputs = seen ? channelInputs(seen, withInverse) : {};
      if (isMismatch(inputs)) return fail(asError(inputs, each.symbol));
      weights.push({ ...each, weight: weight.value, inputs });
    }
    const width = channels / scopes;
    const found: ChosenOrder[] = [];
    for (let start = 0; start < channels; start += width) {
      const order = chooseOrder(
        weights.map((each) => partOf(each, start, width)),
        turns?.interleaved ? inPairs(objective) : objective,
      );
      if (isMismatch(order)) return fail(asError(order, site));
      found.push(order);
    }
    orders.push(oneAfterAnother(found));
  }
  return ok(orders);
}

/** Blocks of neighbouring channels hold half as many pairs of neighbours. */
const inPairs = (objective: Objective): Objective =>
  "block" in objective ? { ...objective, block: Math.max(1, Math.floor(objective.block / 2)) } : objective;

interface MetWeight extends MovedAxis {
  readonly weight: FloatTensor;
  readonly inputs: ChannelInputs;
}

/** What a weight has at some neighbours among the channels. */
const partOf = ({ weight, inputs, axis, places }: MetWeight, start: number, width: number): OrderPart =>
  places
    .map((all) => all.subarray(start, start + width))
    .map((channels) => ({ weight: runOf(weight, axis, channels), inputs: inputsAt(inputs, channels) }));

/** Orders of neighbouring runs as one; their figures are added. */
function oneAfterAnother(orders: readonly ChosenOrder[]): ChosenOrder {
  const places: number[] = [];
  for (const { perm } of orders) {
    const start = places.length;
    places.push(...Array.from(perm.data, (channel) => start + channel));
  }
  const figures = orders[0]!.figures.map((_, at) => orders.reduce((sum, each) => sum + each.figures[at]!, 0));
  return { perm: { shape: [places.length], data: Int32Array.from(places) }, figures };
}

/** The numbers of a parameter of any type, in f64. */
function readNumbers(module: Module, symbol: string, context: PassContext): Result<FloatTensor> {
  const op = topLevelSymbol(module, symbol);
  if (!op || !param.is(op)) return unreachable("sites are of parameters");
  const value = readValue(op, module, context);
  if (!value.ok) return value;
  const numbers = dequantize(value.value, "f64");
  return isMismatch(numbers) ? fail({ ...asError(numbers, symbol), span: op.span }) : ok(numbers);
}

const asError = ({ blames: _, ...problem }: Mismatch, symbol: string): Diagnostic => ({
  severity: "error",
  span: undefined,
  ...problem,
  message: `@${symbol}: ${problem.message}`,
});
