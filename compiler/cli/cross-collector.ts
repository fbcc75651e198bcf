import type { LinearSite } from "../../dialects/lowp/linear-sites.ts";
import { CrossMoment } from "../../runtime/calibration/cross-moment.ts";
import { floatsOf } from "../../runtime/calibration/statistics.ts";
import type { OperandValues } from "../../runtime/interpreter/interpreter.ts";
import { unreachable } from "../diagnostics/diagnostic.ts";
import type { Op, OpId } from "../ir/module.ts";
import type { FloatData } from "../numeric/tensor.ts";

/** Σ xᵀx′ of sites over two runs on the same windows: x from the program as it was, x′ as it is. */
export class CrossCollector {
  readonly #sites: ReadonlyMap<OpId, LinearSite>;
  /** Inputs of the run before, by op, until the run after comes to the op. */
  readonly #before = new Map<OpId, FloatData[]>();
  readonly #sums = new Map<string, { readonly moment: CrossMoment; rows: number }>();

  constructor(sites: ReadonlyMap<OpId, LinearSite>) {
    this.#sites = sites;
  }

  /** Keeps what an op of the earlier program takes in a window. */
  keep(op: Op, inputs: OperandValues): void {
    const input = this.#inputOf(op, inputs);
    if (input) this.#before.set(op.id, [...(this.#before.get(op.id) ?? []), input.data]);
  }

  /** Pairs what the same op takes now with what was kept. */
  pair(op: Op, inputs: OperandValues): void {
    const input = this.#inputOf(op, inputs);
    if (!input) return;
    const before = this.#before.get(op.id)?.shift() ?? unreachable("both programs run the same ops");
    const { symbol } = this.#sites.get(op.id)!;
    const channels = input.shape.at(-1) ?? 1;
    const sums = this.#sums.get(symbol) ?? { moment: new CrossMoment(channels), rows: 0 };
    this.#sums.set(symbol, sums);
    sums.moment.add(before, input.data);
    sums.rows += input.data.length / channels;
  }

  /** E xᵀx′ by symbol, aliases included. */
  finish(): ReadonlyMap<string, Float64Array> {
    const found = new Map<string, Float64Array>();
    for (const { symbol, aliases } of this.#sites.values()) {
      const sums = this.#sums.get(symbol);
      if (!sums || found.has(symbol)) continue;
      const mean = sums.moment.mean(sums.rows);
      for (const name of [symbol, ...aliases]) found.set(name, mean);
    }
    return found;
  }

  #inputOf(op: Op, inputs: OperandValues) {
    const site = this.#sites.get(op.id);
    const input = site && floatsOf(inputs[site.inputSlot]);
    return input && (site.rowsOf?.(input) ?? input);
  }
}
