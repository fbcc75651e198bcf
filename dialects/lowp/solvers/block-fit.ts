import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { elementCount, type TensorData } from "../../../compiler/numeric/tensor.ts";
import { blockAt, blockGrid } from "../block-grid.ts";
import { paddedShape } from "../blocks.ts";
import { dequantize } from "../dequantize.ts";
import type { QuantizedParameters } from "../quantized-laws.ts";
import { resize } from "../regions.ts";
import { minifloat, quantized } from "../types.ts";
import { integersOf } from "../values.ts";

/** The components of `!lowp.q` that have one number per block. */
export const blockComponents = ["scale", "zero", "shift"] as const;
export type BlockComponent = (typeof blockComponents)[number];

/** One component of some blocks. */
export interface FittedNumbers {
  /** What the stored data stand for; 0 where the type has no such component. */
  readonly numbers: Float64Array;
  /** What is stored: the number itself, or its code where the component is itself quantized. */
  readonly stored: Float64Array;
}
/** Scale, zero and shift of some blocks, in step. */
export type BlockFit = Readonly<Record<BlockComponent, FittedNumbers>>;

/** An empty fit of a number of blocks. */
export function emptyFit(blocks: number): BlockFit {
  const empty = (): FittedNumbers => ({
    numbers: new Float64Array(blocks),
    stored: new Float64Array(blocks),
  });
  return { scale: empty(), zero: empty(), shift: empty() };
}

/** Puts block `from` of one fit at block `to` of another. */
export function copyFit(source: BlockFit, from: number, target: BlockFit, to: number): void {
  for (const name of blockComponents) {
    target[name].numbers[to] = source[name].numbers[from]!;
    target[name].stored[to] = source[name].stored[from]!;
  }
}

/** Scale, zero and shift of all blocks of a `!lowp.q` value; `single`: as the numbers f32 arithmetic sees. */
export function readFit({ components }: CompositeValue, single: boolean): BlockFit | Mismatch {
  const blocks = elementCount(components.scale?.shape ?? []);
  const fit: Record<BlockComponent, FittedNumbers> = { ...emptyFit(blocks) };
  for (const name of blockComponents) {
    const component = components[name];
    const numbers = component && dequantize(component, single ? "f32" : "f64");
    if (isMismatch(numbers)) return numbers;
    if (numbers) fit[name] = { numbers: Float64Array.from(numbers.data), stored: storedOf(component) };
  }
  return fit;
}

/** The value with other codes and other block numbers; the scales of its scales stay as they are. */
export function writeFit(value: CompositeValue, codes: Int32Array, fit: BlockFit): CompositeValue {
  const components: Record<string, RuntimeValue> = { ...value.components };
  components.codes = { shape: integersOf(value, "codes").shape, data: codes };
  for (const name of blockComponents) {
    const component = value.components[name];
    if (component) components[name] = withStored(component, fit[name].stored);
  }
  return { ...value, components };
}

/** Where the elements of a `!lowp.q` value are: elements are numbered row-major, without padding. */
export interface Places {
  /** Index of the code of each element, codes being padded. */
  readonly code: Int32Array;
  /** Block of each element. */
  readonly block: Int32Array;
}

export function placesOf(shape: readonly number[], { block, tail }: QuantizedParameters): Places {
  const padded = paddedShape(shape, block, tail);
  const grid = blockGrid(padded, block);
  const every = Float64Array.from({ length: elementCount(padded) }, (_, index) => index);
  const code = Int32Array.from(resize({ shape: padded, data: every }, shape).data);
  return { code, block: code.map((index) => blockAt(grid, index)) };
}

function storedOf(component: RuntimeValue): Float64Array {
  if (isDense(component)) return Float64Array.from(numbersIn(component.data));
  if (minifloat.is(component.type)) return Float64Array.from(integersOf(component, "codes").data);
  if (!quantized.is(component.type)) return unreachable("the number of a block is dense or quantized");
  const codes = integersOf(component, "codes").data;
  const { code } = placesOf(component.shape, component.type.parameters);
  return Float64Array.from(code, (index) => codes[index]!);
}

function withStored(component: RuntimeValue, stored: Float64Array): RuntimeValue {
  if (isDense(component)) {
    const data = numbersIn(component.data).slice();
    data.set(stored);
    return { shape: component.shape, data };
  }
  if (minifloat.is(component.type)) {
    const { shape } = component;
    return { ...component, components: { codes: { shape, data: Int32Array.from(stored) } } };
  }
  if (!quantized.is(component.type)) return unreachable("the number of a block is dense or quantized");
  const codes = integersOf(component, "codes");
  const data = codes.data.slice();
  const { code } = placesOf(component.shape, component.type.parameters);
  for (let index = 0; index < stored.length; index++) data[code[index]!] = stored[index]!;
  return { ...component, components: { ...component.components, codes: { shape: codes.shape, data } } };
}

const numbersIn = (data: TensorData): Exclude<TensorData, BigInt64Array> =>
  data instanceof BigInt64Array ? unreachable("the number of a block has at most 32 bits") : data;
