import type { OpOf } from "../../compiler/define/op.ts";
import {
  type Module,
  type Op,
  type OpId,
  opAt,
  type ValueId,
  valueAt,
  walk,
} from "../../compiler/ir/module.ts";
import type { TensorType } from "../../compiler/ir/types.ts";
import type { FloatTensor } from "../../compiler/numeric/tensor.ts";
import { conv2d } from "../nn/ops/convolution.ts";
import { linear as denseLinear } from "../nn/ops/linear.ts";
import { reshape } from "../nn/ops/shape.ts";
import { conv2d as convolve, unfoldWindows } from "../nn/reference/convolution.ts";
import { linear as multiply } from "../nn/reference/linear.ts";
import { dequantize, get, linear } from "./ops.ts";

/** A linear op or convolution whose weight is a parameter, as calibration sees it. */
export interface LinearSite {
  /** The parameter that the statistics of the input are kept under. */
  readonly symbol: string;
  /** Parameters whose ops see exactly the same inputs, such as k_proj and v_proj beside q_proj. */
  readonly aliases: readonly string[];
  /** The operand that meets the weight. */
  readonly inputSlot: "input";
  /** The rows of K numbers that meet the weight, where the input is not made of them already. */
  readonly rowsOf: ((input: FloatTensor) => FloatTensor) | undefined;
  /** Whether this op is the one to look at; others of the site see the same value again. */
  readonly leads: boolean;
}

/**
 * Every linear op or ungrouped convolution on a parameter, dense, quantized or dequantized again. Parameters that
 * meet the same rows of the same input values share a site, kept under the first of them in the order of the file.
 */
export function linearSites(module: Module): ReadonlyMap<OpId, LinearSite> {
  const uses = weightUses(module);
  const sites = new Map<OpId, LinearSite>();
  for (const [symbol, ...aliases] of groupByInputs(uses)) {
    const seen = new Set<string>();
    for (const use of uses) {
      if (use.symbol !== symbol && !aliases.includes(use.symbol)) continue;
      const { rowsOf, rows } = use;
      sites.set(use.op, { symbol: symbol!, aliases, inputSlot: "input", rowsOf, leads: !seen.has(rows) });
      seen.add(rows);
    }
  }
  return sites;
}

/** A linear op or convolution on a parameter, dense, quantized or dequantized again. */
export interface WeightUse extends Pick<LinearSite, "symbol" | "rowsOf"> {
  readonly op: OpId;
  /** The value that meets the parameter. */
  readonly input: ValueId;
  /** The input and how rows are taken from it; equal for equal rows. */
  readonly rows: string;
  /** The output of this op with other numbers in place of the weight's: of its matrix or kernel, row by row. */
  product(input: FloatTensor, weight: FloatTensor, bias: FloatTensor | undefined): FloatTensor;
}

/** Every use of a parameter as the weight of a linear op or convolution, in program order. */
export const weightUses = (module: Module): readonly WeightUse[] =>
  walk(module).flatMap((op) => weightUse(module, op) ?? []);

function weightUse(module: Module, op: Op): WeightUse | undefined {
  if (denseLinear.is(op) || linear.is(op)) {
    const symbol = weightSymbol(module, op.operands.weight);
    const { input } = op.operands;
    return symbol === undefined
      ? undefined
      : { op: op.id, symbol, input, rows: `${input}`, rowsOf: undefined, product: multiply };
  }
  return conv2d.is(op) && op.attributes.groups === 1 ? kernelUse(module, op) : undefined;
}

function kernelUse(module: Module, { id, operands, attributes }: OpOf<typeof conv2d>): WeightUse | undefined {
  const symbol = weightSymbol(module, operands.weight);
  if (symbol === undefined) return undefined;
  const { shape } = valueAt(module, operands.weight).type as TensorType;
  const [height, width] = shape.slice(2);
  const kernel = [height!, width!] as const;
  const { strides, pads, dilations } = attributes;
  return {
    op: id,
    symbol,
    input: operands.input,
    rows: JSON.stringify([operands.input, kernel, strides, pads, dilations]),
    rowsOf: (values) => unfoldWindows(values, kernel, { strides, pads, dilations }),
    product: (values, { data }, bias) => convolve(values, { shape, data }, bias, attributes),
  };
}

/** The parameter a weight is: itself, dequantized, or a matrix brought into the shape of a kernel. */
function weightSymbol(module: Module, weight: ValueId): string | undefined {
  let source = producerOf(module, weight);
  if (source && reshape.is(source)) source = producerOf(module, source.operands.input);
  if (source && dequantize.is(source)) source = producerOf(module, source.operands.input);
  return source && get.is(source) ? source.attributes.param.join("::") : undefined;
}

function producerOf(module: Module, value: ValueId): Op | undefined {
  const { definedBy } = valueAt(module, value);
  return definedBy === undefined ? undefined : opAt(module, definedBy);
}

/** Symbols that meet the same set of rows, in the order of the file. */
function groupByInputs(uses: readonly WeightUse[]): Iterable<readonly string[]> {
  const inputs = new Map<string, Set<string>>();
  for (const { symbol, rows } of uses)
    inputs.set(symbol, (inputs.get(symbol) ?? new Set<string>()).add(rows));
  const groups = new Map<string, string[]>();
  for (const [symbol, values] of inputs) {
    const key = [...values].toSorted().join(";");
    groups.set(key, [...(groups.get(key) ?? []), symbol]);
  }
  return groups.values();
}
