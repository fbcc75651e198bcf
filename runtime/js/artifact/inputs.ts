import { refuse } from "./failure.ts";
import {
  affineOf,
  describeExtent,
  type Element,
  type Entry,
  evaluateExtent,
  isCacheExtent,
  type Port,
  type Quantity,
} from "./program.ts";

export type Data = Float32Array | Int32Array | Int16Array | Int8Array | Uint8Array;
/** Row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Data;
}
/** A tensor; one of a single axis may be given as its data alone. */
export type Input = Tensor | Data;

interface DataConstructor {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, at: number, length: number): Data;
  from(values: ArrayLike<number>): Data;
}

/** The typed arrays that hold inputs and outputs. */
export const arrays: Readonly<Record<Element, DataConstructor>> = {
  f32: Float32Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
};

/** The class of a value, the same for objects of other windows and contexts: `Float32Array`, `Array`, `Null`. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** What was given as an input, if it is of the right type; its shape is not compared with the signature's. */
export function tensorFrom(entry: string, { name, element }: Port, given: unknown): Tensor {
  const { data, shape } = isTensorLike(given) ? given : { data: given };
  const expected = arrays[element].name;
  if (!isData(data, expected))
    return refuse(
      "input-type",
      `${name} of ${entry} is { shape, data } with a ${expected}, or the ${expected} alone if it has one axis; found ${
        data === given ? "" : "data in "
      }${kindOf(data)}`,
    );
  return { data, shape: shape === undefined ? [data.length] : shapeFrom(entry, name, shape) };
}

const isTensorLike = (value: unknown): value is { readonly shape: unknown; readonly data: unknown } =>
  typeof value === "object" && value !== null && "shape" in value && "data" in value;

const isData = (value: unknown, expected: string): value is Data => kindOf(value) === expected;

const shapeFrom = (entry: string, name: string, shape: unknown): readonly number[] =>
  Array.isArray(shape) && shape.every((extent) => Number.isInteger(extent) && extent >= 0)
    ? shape
    : refuse("input-shape", `the shape of ${name} of ${entry} is not an array of whole numbers`);

export const namesOf = (ports: readonly Port[]): string => ports.map(({ name }) => name).join(", ") || "none";

/** The values of symbols that the shapes of inputs give; refuses shapes that contradict each other or the program. */
export function bindSymbols(name: string, entry: Entry, inputs: readonly Tensor[]): readonly number[] {
  const symbols = symbolsOf(entry, inputs);
  const names = entry.symbols.map((symbol, i) => `${symbol.name} = ${symbols[i] ?? "?"}`);
  for (const [i, port] of entry.inputs.entries()) {
    const { shape, data } = inputs[i]!;
    const count = shape.reduce((total, extent) => total * extent, 1);
    const fits =
      shape.length === port.shape.length &&
      count === data.length &&
      // Where a symbol is not known the result is NaN, which no extent is.
      port.shape.every(
        (extent, axis) =>
          evaluateExtent(
            extent,
            symbols.map((value) => value ?? Number.NaN),
          ) === shape[axis],
      );
    if (!fits)
      refuse(
        "input-shape",
        `${port.name} of ${name} is [${port.shape.map((extent) => describeExtent(extent, names)).join(", ")}], found [${shape.join(", ")}] with ${data.length} elements`,
      );
  }
  const bound = symbols.map(
    (value, i) => value ?? refuse("input-shape", `no input says how large ${entry.symbols[i]!.name} is`),
  );
  checkMaxima(name, entry, bound);
  return bound;
}

/**
 * Each symbol where an input has it alone; those of caches are as many entries as are rounded and wait together, where
 * the inputs that say so stand behind each other.
 */
function symbolsOf(entry: Entry, inputs: readonly Tensor[]): readonly (number | undefined)[] {
  const symbols: (number | undefined)[] = entry.symbols.map(() => undefined);
  let rounded = 0;
  for (const [i, port] of entry.inputs.entries())
    for (const [axis, extent] of port.shape.entries()) {
      const symbol = symbolAlone(affineOf(extent));
      const found = inputs[i]!.shape[axis];
      if (symbol === undefined || found === undefined) continue;
      if (!isCacheExtent(extent)) symbols[symbol] ??= found;
      else if (extent.of === "waiting") symbols[symbol] ??= rounded + found;
      else if (extent.per === 1) rounded = found;
    }
  return symbols;
}

/** The symbol that an extent is, if it is one and nothing else; each stands so in the input that is named after it. */
function symbolAlone(extent: Quantity): number | undefined {
  if (typeof extent === "number" || extent.constant !== 0 || extent.terms.length !== 1) return undefined;
  const [symbol, coefficient] = extent.terms[0]!;
  return coefficient === 1 ? symbol : undefined;
}

/** Refuses values of symbols that memory was not laid out for. */
export function checkMaxima(name: string, entry: Entry, symbols: readonly number[]): void {
  for (const [i, { name: symbol, maximum }] of entry.symbols.entries())
    if (symbols[i]! > maximum)
      refuse(
        "extent-too-large",
        `${symbol} of ${name} is ${symbols[i]}, but memory was laid out for at most ${maximum}: compile with --extent ${symbol}=${symbols[i]}`,
      );
}
