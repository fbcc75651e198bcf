import {
  type Module,
  type Op,
  type OpId,
  opAt,
  type ValueId,
  valueAt,
  walk,
} from "../../compiler/ir/module.ts";
import { linear as denseLinear } from "../nn/ops/linear.ts";
import { dequantize, get, linear } from "./ops.ts";

/** A linear op whose weight is a parameter, as calibration sees it. */
export interface LinearSite {
  /** The parameter that the statistics of the input are kept under. */
  readonly symbol: string;
  /** Parameters whose ops see exactly the same inputs, such as k_proj and v_proj beside q_proj. */
  readonly aliases: readonly string[];
  /** The operand that meets the weight. */
  readonly inputSlot: "input";
  /** Whether this op is the one to look at; others of the site see the same value again. */
  readonly leads: boolean;
}

/**
 * Every linear op on a parameter, dense, quantized or dequantized again. Parameters that meet the same
 * input values share a site, kept under the first of them in the order of the file.
 */
export function linearSites(module: Module): ReadonlyMap<OpId, LinearSite> {
  const uses = weightUses(module);
  const sites = new Map<OpId, LinearSite>();
  for (const [symbol, ...aliases] of groupByInputs(uses)) {
    const seen = new Set<ValueId>();
    for (const use of uses) {
      if (use.symbol !== symbol && !aliases.includes(use.symbol)) continue;
      sites.set(use.op, { symbol: symbol!, aliases, inputSlot: "input", leads: !seen.has(use.input) });
      seen.add(use.input);
    }
  }
  return sites;
}

/** A linear op on a parameter, dense, quantized or dequantized again. */
export interface WeightUse {
  readonly op: OpId;
  /** The parameter, and the value that meets it. */
  readonly symbol: string;
  readonly input: ValueId;
}

/** Every use of a parameter as the weight of a linear op, in program order. */
export const weightUses = (module: Module): readonly WeightUse[] =>
  walk(module).flatMap((op) => weightUse(module, op) ?? []);

function weightUse(module: Module, op: Op): WeightUse | undefined {
  if (!denseLinear.is(op) && !linear.is(op)) return undefined;
  const producer = producerOf(module, op.operands.weight);
  const source = producer && dequantize.is(producer) ? producerOf(module, producer.operands.input) : producer;
  return source && get.is(source)
    ? { op: op.id, symbol: source.attributes.param.join("::"), input: op.operands.input }
    : undefined;
}

function producerOf(module: Module, value: ValueId): Op | undefined {
  const { definedBy } = valueAt(module, value);
  return definedBy === undefined ? undefined : opAt(module, definedBy);
}

/** Symbols that meet the same set of inputs, in the order of the file. */
function groupByInputs(uses: readonly WeightUse[]): Iterable<readonly string[]> {
  const inputs = new Map<string, Set<ValueId>>();
  for (const { symbol, input } of uses)
    inputs.set(symbol, (inputs.get(symbol) ?? new Set<ValueId>()).add(input));
  const groups = new Map<string, string[]>();
  for (const [symbol, values] of inputs) {
    const key = [...values].toSorted((left, right) => left - right).join(",");
    groups.set(key, [...(groups.get(key) ?? []), symbol]);
  }
  return groups.values();
}
