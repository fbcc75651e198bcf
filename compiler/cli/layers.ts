import { dequantize } from "../../dialects/lowp/dequantize.ts";
import { weightUses } from "../../dialects/lowp/linear-sites.ts";
import { param } from "../../dialects/lowp/ops.ts";
import { type ParamOp, readParam } from "../../dialects/lowp/params.ts";
import { LayerComparison, type OutputNoise } from "../../runtime/analysis/layer-comparison.ts";
import { LayerRecorder, type LayerRun } from "../../runtime/analysis/layer-recorder.ts";
import { NoiseRatio } from "../../runtime/analysis/noise-ratio.ts";
import type { RuntimeValue } from "../define/kernel.ts";
import { isMismatch } from "../define/op.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { type Module, walk } from "../ir/module.ts";
import type { TensorType } from "../ir/types.ts";
import type { FloatTensor } from "../numeric/tensor.ts";
import type { Loaded } from "./load.ts";

/** Signal-to-noise ratios of one layer against the reference, in dB; infinite where equal. */
export interface LayerNoise extends OutputNoise {
  /** The parameter the layer multiplies by. */
  readonly name: string;
  /** Of the weight: the reference's against the numbers that stand for it. */
  readonly weight: number;
}

/** Watches two programs run and compares their layers. */
export interface LayerStudy {
  readonly model: LayerRecorder;
  readonly reference: LayerRecorder;
  /** Of each weight, in dB: known before anything runs. */
  readonly weights: ReadonlyMap<string, number>;
  /** Compares what the model ran with what the reference did since the last call, on the same input; then forgets it. */
  compare(runs?: readonly LayerRun[]): Result<void>;
  /** The layers that ran, in the order they first did. */
  finish(): readonly LayerNoise[];
}

/**
 * Prepares to compare the layers of a module with those of the module it was made from. Weights and local figures
 * assume that both speak of the same basis; after a rotation only the cumulative one means something.
 * Codes: `no-layers`, `reference-parameter`, `reference-shape`, and those of reading weights.
 */
export function studyLayers(model: Loaded, reference: Loaded): Result<LayerStudy> {
  const [own, theirs] = [paramsOf(model.module), paramsOf(reference.module)];
  const used = new Set(weightUses(model.module).map(({ symbol }) => symbol));
  const names = [...used].filter((name) => own.has(name));
  if (names.length === 0)
    return fail(
      error("no-layers", "the module has no linear op or convolution whose weight is a parameter", {
        hint: "weights must come from lowp.get",
      }),
    );
  const problems = names.flatMap(
    (name) => partnerProblem(own.get(name), theirs.get(name), name, theirs) ?? [],
  );
  if (problems.length > 0) return fail(...problems);
  const weights = new Map<string, FloatTensor>();
  const noise = new Map<string, number>();
  for (const name of names) {
    const weight = floatsOf(model, own.get(name)!);
    const exact = floatsOf(reference, theirs.get(name)!);
    if (!weight.ok) return weight;
    if (!exact.ok) return exact;
    const ratio = new NoiseRatio();
    ratio.add(exact.value.data, weight.value.data);
    weights.set(name, weight.value);
    noise.set(name, ratio.decibels());
  }
  return ok(study(model, reference, weights, noise));
}

function study(
  model: Loaded,
  reference: Loaded,
  weights: ReadonlyMap<string, FloatTensor>,
  noise: ReadonlyMap<string, number>,
): LayerStudy {
  const recorders = { model: recorderFor(model.module), reference: recorderFor(reference.module) };
  const uses = new Map(weightUses(reference.module).map((use) => [use.op, use]));
  const comparison = new LayerComparison(
    ({ op, symbol, input, bias }) => uses.get(op)!.product(input, weights.get(symbol)!, bias).data,
  );
  return {
    ...recorders,
    weights: noise,
    compare: (runs = recorders.model.take()) => comparison.add(recorders.reference.take(), runs),
    finish: () =>
      [...comparison.finish()].map(([name, outputs]) => ({ name, weight: noise.get(name)!, ...outputs })),
  };
}

/** Keeps what the layers of a module see and give. */
export function recorderFor(module: Module): LayerRecorder {
  const known = paramsOf(module);
  const uses = weightUses(module).filter(({ symbol }) => known.has(symbol));
  return new LayerRecorder(new Map(uses.map(({ op, symbol }) => [op, symbol])));
}

/** The parameters of a module by name, in the order of the file. */
export const paramsOf = (module: Module): ReadonlyMap<string, ParamOp> =>
  new Map(walk(module).flatMap((op) => (param.is(op) ? [[op.attributes.sym_name, op] as const] : [])));

/** The value of a parameter, with its bytes; failures name the parameter. */
export function paramValue({ module, constants }: Loaded, op: ParamOp): Result<RuntimeValue> {
  let problem: Diagnostic | undefined;
  const value = readParam(op, (key) => {
    const bytes = constants.read(key, module.resources[key]);
    if (bytes.ok) return bytes.value;
    problem = bytes.diagnostics[0]!;
    return problem;
  });
  if (!isMismatch(value)) return ok(value);
  return fail(problem ?? { severity: "error", span: op.span, ...value });
}

/** The numbers a parameter stands for, in f32. */
export function floatsOf(loaded: Loaded, op: ParamOp): Result<FloatTensor> {
  const value = paramValue(loaded, op);
  if (!value.ok) return value;
  const floats = dequantize(value.value, "f32");
  return isMismatch(floats) ? fail({ severity: "error", span: op.span, ...floats }) : ok(floats);
}

function partnerProblem(
  own: ParamOp | undefined,
  partner: ParamOp | undefined,
  name: string,
  all: ReadonlyMap<string, ParamOp>,
): Diagnostic | undefined {
  if (!partner)
    return error("reference-parameter", `the reference has no parameter @${name}`, {
      span: own?.span,
      hint: didYouMean(name, [...all.keys()]),
    });
  if (!own || sameWeight(shapeOf(partner), shapeOf(own))) return undefined;
  const [found, expected] = [shapeOf(partner).join("x"), shapeOf(own).join("x")];
  return error("reference-shape", `@${name} is ${found} in the reference, but ${expected} in the model`, {
    span: own.span,
    hint: "the reference is the module that was quantized",
  });
}

const shapeOf = ({ attributes: { type } }: ParamOp): readonly number[] => (type as TensorType).shape;

/** Whether weights hold the same numbers in the same order: a kernel is quantized as the matrix of its rows. */
export const sameWeight = (left: readonly number[], right: readonly number[]): boolean =>
  rowsOf(left).join() === rowsOf(right).join();

const rowsOf = ([rows, ...row]: readonly number[]): readonly (number | undefined)[] => [
  rows,
  row.reduce((product, size) => product * size, 1),
];
