import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { DYNAMIC, type FloatName, type TensorType } from "../../compiler/ir/types.ts";
import { maxFinite, minPositive, namedFloatFormats } from "../../compiler/numeric/float-format.ts";
import { fullRange, type Storage } from "./storage.ts";
import type { Calibrated, Granularity, Quantile, Uniform } from "./syntax.ts";

/** Messages are upstream's word for word, so that its tests and its users' searches find them. */
const broken = (message: string, label?: string): readonly Mismatch[] => [
  mismatch("quant-type", message, label === undefined ? {} : { label }),
];

/** Wider codes than this are not storable upstream. */
const MAX_STORAGE_BITS = 32;

export function checkStorage(storage: Storage): readonly Mismatch[] {
  return [...checkStorageBounds(storage), ...checkStorageOrder(storage)].slice(0, 1);
}

function checkStorageBounds(storage: Storage): readonly Mismatch[] {
  const { type, minimum, maximum } = storage;
  if (type.kind === "integer" && (type.width === 0 || type.width > MAX_STORAGE_BITS))
    return broken(`illegal storage type size: ${type.width}`);
  const full = fullRange(storage);
  if (minimum < full.minimum) return broken(`illegal storage type minimum: ${minimum}`);
  return maximum > full.maximum ? broken(`illegal storage type maximum: ${maximum}`) : [];
}

const checkStorageOrder = ({ minimum, maximum }: Storage): readonly Mismatch[] =>
  minimum < maximum ? [] : broken(`illegal storage min and storage max: (${minimum}:${maximum})`);

export function checkUniform({ storage, expressed, granularity, scales }: Uniform): readonly Mismatch[] {
  const problems = [
    ...checkStorage(storage),
    ...scales.scales.flatMap((scale) => checkScale(scale, expressed.name)),
    ...checkGranularity(granularity),
  ];
  return problems.slice(0, 1);
}

function checkScale(scale: number, expressed: FloatName): readonly Mismatch[] {
  if (!(scale > 0 && Number.isFinite(scale))) return broken(`illegal scale: ${scale.toFixed(6)}`);
  const { smallest, largest } = positiveRange(expressed);
  if (smallest <= scale && scale <= largest) return [];
  return broken("scale out of expressed type range", `${expressed} reaches from ${smallest} to ${largest}`);
}

/** The smallest and largest positive value, subnormals included. */
function positiveRange(name: FloatName): { readonly smallest: number; readonly largest: number } {
  if (name === "f64") return { smallest: Number.MIN_VALUE, largest: Number.MAX_VALUE };
  if (name === "f32") return { smallest: 2 ** -149, largest: (2 - 2 ** -23) * 2 ** 127 };
  const format = namedFloatFormats[name];
  return { smallest: minPositive(format), largest: maxFinite(format) };
}

function checkGranularity(granularity: Granularity): readonly Mismatch[] {
  if (granularity.kind === "layer") return [];
  const axes = granularity.kind === "axis" ? [granularity.axis] : granularity.blocks.map(({ axis }) => axis);
  const negative = axes.find((axis) => axis < 0);
  if (negative !== undefined) return broken(`illegal quantized dimension: ${negative}`);
  const repeated = axes.find((axis, i) => axes.indexOf(axis) !== i);
  if (repeated !== undefined) return broken(`quantized dimension ${repeated} is given twice`);
  const empty = granularity.kind === "blocks" && granularity.blocks.find(({ size }) => size <= 0);
  return empty ? broken(`illegal block size: ${empty.size}`) : [];
}

export function checkUniformInTensor(
  { granularity, scales }: Uniform,
  { shape }: TensorType,
): readonly Mismatch[] {
  switch (granularity.kind) {
    case "layer":
      return [];
    case "axis":
      return checkAxis(granularity.axis, scales.scales.length, shape);
    case "blocks":
      return checkBlocks(granularity.blocks, scales.shape, shape);
  }
}

function checkAxis(axis: number, scales: number, shape: readonly number[]): readonly Mismatch[] {
  if (axis >= shape.length)
    return broken(
      "quantized dimension must be less than tensor rank",
      `dimension ${axis} of rank ${shape.length}`,
    );
  const size = shape[axis]!;
  if (size === DYNAMIC || size === scales) return [];
  return broken(
    "quantized dimension size does not match number of scales",
    `dimension ${axis} has size ${size}, and there are ${scales} scales`,
  );
}

/** One scale per block; an axis not named is one block. A dynamic axis is checked at run time. */
function checkBlocks(
  blocks: Extract<Granularity, { readonly kind: "blocks" }>["blocks"],
  scales: readonly number[],
  shape: readonly number[],
): readonly Mismatch[] {
  const rank = shape.length;
  for (const { axis, size } of blocks) {
    if (axis >= rank) return broken(`quantized dimension ${axis} must be less than tensor rank ${rank}`);
    const extent = shape[axis]!;
    if (extent !== DYNAMIC && extent % size !== 0)
      return broken(
        `tensor dimension size ${extent} at axis ${axis} must be divisible by the corresponding block size ${size}`,
      );
  }
  if (shape.includes(0))
    return broken("tensor dimension size of zero is not allowed with sub-channel quantization");
  if (scales.length !== rank)
    return broken(`Rank of scales ${scales.length} must match the rank of the tensor ${rank}`);
  const sizes = new Map(blocks.map(({ axis, size }) => [axis, size]));
  for (const [axis, extent] of shape.entries()) {
    const size = sizes.get(axis);
    if (size !== undefined && extent === DYNAMIC) continue;
    const expected = size === undefined ? 1 : extent / size;
    if (scales[axis] !== expected)
      return broken(
        `dimension size ${scales[axis]} of scales tensor at axis ${axis} should match (tensor dimension at axis / block sizes at axis) = ${expected}`,
      );
  }
  return [];
}

export const checkCalibrated = ({ minimum, maximum }: Calibrated): readonly Mismatch[] =>
  minimum < maximum ? [] : broken(`illegal min and max: (${exponential(minimum)}:${exponential(maximum)})`);

/** C's %e: six digits and an exponent of at least two. */
const exponential = (value: number): string =>
  value.toExponential(6).replace(/e([-+])(\d)$/, (_, sign: string, digit: string) => `e${sign}0${digit}`);

export function checkQuantile({ storage, values }: Quantile): readonly Mismatch[] {
  const [outside] = checkStorageBounds(storage);
  if (outside) return [outside];
  if (values.length === 0) return broken("quantile values must not be empty");
  if (storage.minimum >= storage.maximum) return broken("storage min must be less than storage max");
  const codes = storage.maximum - storage.minimum + 1;
  if (values.length === codes) return [];
  return broken(
    `quantile LUT size (${values.length}) must equal the number of representable storage values (${codes})`,
  );
}
