import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { Editor } from "../../../compiler/rewrite/editor.ts";
import { dequantize } from "../../lowp/dequantize.ts";
import { weightUses } from "../../lowp/linear-sites.ts";
import { ParamWriter } from "../../lowp/passes/dense-params.ts";
import { measureInputs } from "../../lowp/passes/input-statistics.ts";
import { quantize } from "../../lowp/quantize.ts";
import type { AxisClass } from "../../nn/axis-flow.ts";
import { applyAlong } from "../transforms/apply-along.ts";
import type { Transform } from "../transforms/transform.ts";
import { denseParam } from "./untie.ts";

/** What weights and inputs are to be rounded to behind the rotation. */
export interface Formats {
  readonly inputs: DialectType | undefined;
  readonly weights: DialectType | undefined;
}

/** An axis of a weight that is to be rotated, and whether linear ops sum over it, so that inputs meet it. */
export interface RotatedWeight {
  readonly symbol: string;
  readonly axis: number;
  readonly isContracted: boolean;
}

/** Signal over noise in dB, of the weights and the inputs that meet them together, each as loud as the other. */
export interface Prediction {
  readonly plain: number;
  readonly rotated: number;
}

/**
 * Whether rotating makes rounding finer: weights, and rows of inputs where there are calibration data, are rounded to
 * their formats as they are and rotated, which formats of small blocks with scales of their own gain nothing from.
 */
export class NoisePredictor {
  readonly #module: Module;
  readonly #formats: Formats;
  readonly #samples: ReadonlyMap<string, FloatTensor>;
  readonly #constants: PassContext["constants"];

  private constructor(
    module: Module,
    formats: Formats,
    samples: ReadonlyMap<string, FloatTensor>,
    constants: PassContext["constants"],
  ) {
    this.#module = module;
    this.#formats = formats;
    this.#samples = samples;
    this.#constants = constants;
  }

  /** Runs the calibration where inputs are rounded and there is one. */
  static async of(module: Module, formats: Formats, context: PassContext): Promise<Result<NoisePredictor>> {
    const samples = new Map<string, FloatTensor>();
    if (formats.inputs && context.calibration) {
      const symbols = [...new Set(weightUses(module).map(({ symbol }) => symbol))];
      const found = await measureInputs(module, symbols, { needs: ["sample"], asker: "rotate" }, context);
      if (!found.ok) return found;
      for (const [symbol, { sample }] of found.value) if (sample) samples.set(symbol, sample);
    }
    return ok(new NoisePredictor(module, formats, samples, context.constants));
  }

  /** The mean noise of all weights, and of inputs that were seen, with and without the transform. */
  predict(weights: readonly RotatedWeight[], transform: Transform): Result<Prediction | undefined> {
    const noise = { plain: 0, rotated: 0, count: 0 };
    const reader = new ParamWriter(new Editor(this.#module), this.#constants);
    for (const { symbol, axis, isContracted } of weights) {
      const parameter = denseParam(this.#module, symbol);
      if (!parameter) continue;
      const numbers = reader.read(parameter);
      if (!numbers.ok) return numbers;
      const sample = isContracted ? this.#samples.get(symbol) : undefined;
      const rounded = [
        this.#formats.weights &&
          ([numbers.value, this.#formats.weights, axis, isContracted ? "dual" : "forward"] as const),
        this.#formats.inputs &&
          sample &&
          ([sample, this.#formats.inputs, sample.shape.length - 1, "forward"] as const),
      ];
      for (const each of rounded) {
        if (!each) continue;
        const [tensor, type, along, direction] = each;
        const rotated = applyAlong(tensor, along, transform, direction);
        const ratios = [tensor, rotated].map((values) => noiseOf(values, type));
        const wrong = ratios.find(isMismatch);
        if (wrong) return fail(located(symbol, wrong));
        noise.plain += ratios[0] as number;
        noise.rotated += ratios[1] as number;
        noise.count++;
      }
    }
    if (noise.count === 0) return ok(undefined);
    const decibels = (sum: number) => -10 * Math.log10(sum / noise.count);
    return ok({ plain: decibels(noise.plain), rotated: decibels(noise.rotated) });
  }
}

/** Squared error over squared signal of rounding to a type; 0 for zeros. */
export function noiseOf(tensor: FloatTensor, type: DialectType): number | Mismatch {
  const single = { shape: tensor.shape, data: Float32Array.from(tensor.data) };
  const rounded = quantize(single, type);
  const back = isMismatch(rounded) ? rounded : dequantize(rounded, "f64");
  if (isMismatch(back)) return back;
  let [error_, signal] = [0, 0];
  for (const [at, value] of single.data.entries()) {
    error_ += (value - back.data[at]!) ** 2;
    signal += value ** 2;
  }
  return signal === 0 ? 0 : error_ / signal;
}

const located = (symbol: string, { blames: _, ...problem }: Mismatch): Diagnostic =>
  error(
    problem.code,
    `@${symbol}: ${problem.message}`,
    problem.hint === undefined ? {} : { hint: problem.hint },
  );

/** The weights among the parameters of classes. */
export const weightsIn = (classes: readonly AxisClass[]): readonly RotatedWeight[] =>
  classes
    .flatMap(({ parameters }) => parameters)
    .flatMap(({ symbol, axis, uses }) => {
      const isContracted = uses.some(({ role }) => role === "contracted");
      return isContracted || uses.some(({ role }) => role === "produced")
        ? [{ symbol, axis, isContracted }]
        : [];
    });
