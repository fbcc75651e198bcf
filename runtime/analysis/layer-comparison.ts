import { error, fail, ok, type Result } from "../../compiler/diagnostics/diagnostic.ts";
import type { FloatData, FloatTensor } from "../../compiler/numeric/tensor.ts";
import type { LayerRun } from "./layer-recorder.ts";
import { NoiseRatio } from "./noise-ratio.ts";

/** Signal-to-noise ratios of the outputs of one layer against the reference, in dB; infinite where equal. */
export interface OutputNoise {
  /** Of the layer with its own weight on the reference's input: what this weight alone does. */
  readonly local: number;
  /** Of the layer in its own program: what this weight and everything before it do together. */
  readonly cumulative: number;
}

/** A layer as the reference ran it, with an input to run it on again. */
export type RepeatableRun = LayerRun & { readonly input: FloatTensor };

/** Compares the layers of two programs, run by run; keeps two pairs of sums a layer. */
export class LayerComparison {
  readonly #repeat: (run: RepeatableRun) => FloatData;
  readonly #ratios = new Map<string, { readonly local: NoiseRatio; readonly cumulative: NoiseRatio }>();

  /** `repeat` gives the output of a reference layer with the model's weight in place of its own. */
  constructor(repeat: (run: RepeatableRun) => FloatData) {
    this.#repeat = repeat;
  }

  /**
   * Adds one run of each program on the same input. Layers meet by parameter, and in their order where a parameter
   * is used several times. Codes: `reference-layers`, `reference-input`.
   */
  add(reference: readonly LayerRun[], model: readonly LayerRun[]): Result<void> {
    const others = bySymbol(reference);
    for (const [symbol, runs] of bySymbol(model)) {
      const partners = others.get(symbol) ?? [];
      if (partners.length !== runs.length || !runs.every((run, i) => sameShape(run, partners[i]!)))
        return fail(
          error(
            "reference-layers",
            `@${symbol} is used ${timesText(runs)} by the model, but ${timesText(partners)} by the reference`,
            { hint: "the reference is the module that was quantized, or one with the same layers" },
          ),
        );
      for (const [i, run] of runs.entries()) {
        const added = this.#addPair(partners[i]!, run);
        if (!added.ok) return added;
      }
    }
    return ok(undefined);
  }

  /** By parameter, in the order the layers first ran. */
  finish(): ReadonlyMap<string, OutputNoise> {
    return new Map(
      [...this.#ratios].map(([symbol, { local, cumulative }]) => [
        symbol,
        { local: local.decibels(), cumulative: cumulative.decibels() },
      ]),
    );
  }

  #addPair(reference: LayerRun, run: LayerRun): Result<void> {
    const { symbol, input, output } = reference;
    if (!input)
      return fail(
        error("reference-input", `the reference quantizes the input of @${symbol}`, {
          hint: "compare with a module that computes its layers on floats",
        }),
      );
    const ratios = this.#ratios.get(symbol) ?? { local: new NoiseRatio(), cumulative: new NoiseRatio() };
    this.#ratios.set(symbol, ratios);
    ratios.local.add(output.data, this.#repeat({ ...reference, input }));
    ratios.cumulative.add(output.data, run.output.data);
    return ok(undefined);
  }
}

function bySymbol(runs: readonly LayerRun[]): ReadonlyMap<string, readonly LayerRun[]> {
  const found = new Map<string, LayerRun[]>();
  for (const run of runs) found.set(run.symbol, [...(found.get(run.symbol) ?? []), run]);
  return found;
}

const sameShape = (left: LayerRun, right: LayerRun): boolean =>
  left.output.shape.join() === right.output.shape.join();

const timesText = (runs: readonly LayerRun[]): string =>
  runs.length === 0
    ? "not"
    : `${runs.length === 1 ? "once" : `${runs.length} times`} for [${runs[0]!.output.shape.join(", ")}]`;
