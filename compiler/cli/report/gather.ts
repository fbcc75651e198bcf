import { basename } from "node:path";
import { type CodeHistogram, codeHistogram, inSteps } from "../../../dialects/lowp/code-histogram.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import type { ParamOp } from "../../../dialects/lowp/params.ts";
import { type SignedHistogram, SignedHistogramCounter } from "../../../runtime/analysis/signed-histogram.ts";
import type { Evaluation } from "../../../runtime/text/evaluate.ts";
import { isMismatch } from "../../define/op.ts";
import { error, fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Attribute } from "../../ir/attributes.ts";
import type { TensorType } from "../../ir/types.ts";
import type { FloatData } from "../../numeric/tensor.ts";
import { AttributePrinter } from "../../text/print-attributes.ts";
import type { Session } from "../command.ts";
import { sha256 } from "../constant-host.ts";
import { shownPath } from "../io.ts";
import { floatsOf, type LayerNoise, paramsOf, paramValue, sameWeight } from "../layers.ts";
import type { Loaded } from "../load.ts";
import { type Sizes, sizesOf } from "./sizes.ts";

/** A file that went into a report. */
export interface Source {
  readonly role: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A parameter, and how its numbers came about. */
export interface ParamFacts {
  readonly name: string;
  readonly type: string;
  /** `rtn`, by pass and solver; empty where it was imported. */
  readonly algorithm: string;
  readonly options: string;
  /** SHA-256 of what it was calibrated on. */
  readonly calibration: string;
}

/** The weights of a layer and the values its format has. */
export interface WeightPicture {
  readonly name: string;
  /** Undefined for layouts that have no such values; then `weights` are plain numbers. */
  readonly codes: CodeHistogram | undefined;
  /** In steps of the scale of their block where there are codes: the reference's if there is one. */
  readonly weights: SignedHistogram | undefined;
}

/** The inputs of a layer. */
export interface InputPicture {
  readonly name: string;
  readonly histogram: SignedHistogram;
}

/** Everything that a page shows; plain data. */
export interface Report {
  readonly title: string;
  readonly sources: readonly Source[];
  readonly params: readonly ParamFacts[];
  readonly sizes: Sizes;
  readonly weights: readonly WeightPicture[];
  /** In dB, by parameter, where there is a reference. */
  readonly weightNoise: ReadonlyMap<string, number> | undefined;
  readonly evaluation: (Evaluation & { readonly window: number }) | undefined;
  readonly layers: readonly LayerNoise[] | undefined;
  readonly inputs: readonly InputPicture[] | undefined;
}

/** What the module alone, and beside its reference, tells without being run. Codes: `report-not-quantized`. */
export function describeModel(
  { io, registry }: Session,
  path: string,
  model: Loaded,
  reference: Loaded | undefined,
): Result<Pick<Report, "title" | "params" | "sizes" | "weights">> {
  const ops = [...paramsOf(model.module).values()];
  if (!ops.some(isQuantized))
    return fail(
      error("report-not-quantized", `no parameter of ${shownPath(io, path)} is quantized`, {
        hint: "narrow quantize MODEL --recipe w4-g32 -o OUT.mlir makes a module to report on",
      }),
    );
  const sizes = sizesOf(model);
  if (!sizes.ok) return sizes;
  const originals = reference && paramsOf(reference.module);
  const weights: WeightPicture[] = [];
  for (const op of ops.filter(isQuantized)) {
    const original = originals?.get(op.attributes.sym_name);
    const picture = pictureOf(
      model,
      op,
      reference && original ? { loaded: reference, op: original } : undefined,
    );
    if (!picture.ok) return picture;
    weights.push(picture.value);
  }
  const printer = new AttributePrinter(registry, "pretty", []);
  const params = ops.map((op) => factsOf(op, printer));
  return ok({ title: basename(path), params, sizes: sizes.value, weights });
}

/** A file, with the name it has anywhere: reports do not depend on the folder they are made in. */
export const sourceOf = (role: string, path: string, bytes: Uint8Array): Source => ({
  role,
  name: basename(path),
  size: bytes.length,
  sha256: sha256(bytes),
});

const isQuantized = ({ attributes: { type } }: ParamOp): boolean =>
  (type as TensorType).element.kind === "dialect";

function factsOf(
  { attributes: { sym_name: name, type, prov } }: ParamOp,
  printer: AttributePrinter,
): ParamFacts {
  const entries: Readonly<Record<string, Attribute>> = prov?.kind === "dictionary" ? prov.entries : {};
  const textOf = (attribute: Attribute | undefined) =>
    attribute === undefined
      ? ""
      : attribute.kind === "string"
        ? attribute.value
        : printer.attribute(attribute);
  const { algo, calibration, pass, ...rest } = entries;
  const { options, ...others } = rest;
  const more = Object.entries(others).map(([key, value]) => `${key} = ${printer.attribute(value)}`);
  return {
    name,
    type: printer.type(type),
    algorithm: [textOf(algo), textOf(pass)].filter((text) => text !== "").join(", by "),
    options: [textOf(options), ...more].filter((text) => text !== "").join(", "),
    calibration: textOf(calibration),
  };
}

/** Bins of every picture. */
const BINS = 128;

function pictureOf(
  model: Loaded,
  op: ParamOp,
  original: { readonly loaded: Loaded; readonly op: ParamOp } | undefined,
): Result<WeightPicture> {
  const name = op.attributes.sym_name;
  const value = paramValue(model, op);
  if (!value.ok) return value;
  const codes = codeHistogram(value.value);
  const exact = original ? floatsOf(original.loaded, original.op) : undefined;
  if (exact && !exact.ok) return exact;
  const { shape } = value.value;
  const steps =
    codes && exact && sameWeight(exact.value.shape, shape)
      ? inSteps(value.value, { ...exact.value, shape })
      : undefined;
  if (codes) return ok({ name, codes, weights: steps && histogramOf(steps) });
  const own = exact?.value ?? dequantize(value.value, "f32");
  return ok({ name, codes, weights: isMismatch(own) ? undefined : histogramOf(own.data) });
}

function histogramOf(values: FloatData): SignedHistogram {
  const counter = new SignedHistogramCounter();
  counter.add(values);
  return counter.finish(BINS);
}

/** Counts the inputs of layers while a text runs; layers that share an input share a picture. */
export class InputPictures {
  readonly #names: ReadonlyMap<string, string>;
  readonly #counters = new Map<string, SignedHistogramCounter>();

  /** `names` has what a picture is called by the parameter of the layer that leads it; others are not drawn. */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  add(symbol: string, values: FloatData): void {
    const name = this.#names.get(symbol);
    if (name === undefined) return;
    const counter = this.#counters.get(name) ?? new SignedHistogramCounter();
    this.#counters.set(name, counter);
    counter.add(values);
  }

  finish(): readonly InputPicture[] {
    return [...this.#counters].map(([name, counter]) => ({ name, histogram: counter.finish(BINS) }));
  }
}
