/**
 * A compiled program as data: what the emitter writes and the loader runs. Everything in `runtime/js/artifact/` is
 * bundled into the emitted module and imports nothing else.
 */

/** constant + Σ coefficient · symbol; symbols are numbered within an entry. */
export interface Extent {
  readonly constant: number;
  readonly terms: readonly (readonly [symbol: number, coefficient: number])[];
}
/** A number; an extent; or how many pieces of `per` an extent takes, the last one being smaller, `times` a number. */
export type Quantity = number | (Extent & Pieces);
export interface Pieces {
  readonly per?: number;
  readonly times?: number;
}

/**
 * Of a cache of so many entries, how many are rounded, in blocks of `per`: as many whole batches as all but the newest
 * `window` hold, where batches are of one entry or there is no window; or how many wait.
 */
export interface CacheExtent {
  readonly entries: Extent;
  readonly window: number;
  readonly batch: number;
  readonly of: "rounded" | "waiting";
  readonly per: number;
}
export type PortExtent<Plain = Quantity> = Plain | CacheExtent;

/** How elements of inputs and outputs are held. */
export type Element = "f32" | "i32" | "i16" | "i8" | "u8";

/** A tensor that comes in or goes out, row-major at a place in memory. */
export interface Port {
  readonly name: string;
  readonly element: Element;
  readonly shape: readonly PortExtent[];
  /** Bytes from the start of memory. */
  readonly at: number;
  /** Of an input that chooses places: the least and the most that it may be. */
  readonly range?: readonly [least: number, most: number];
  /** Of an output: the number of the input whose memory it extends in place, so that nothing is copied from step to step. */
  readonly extends?: number;
}

/** An extent that is known when the program runs. */
export interface Symbolic {
  readonly name: string;
  /** The most that memory is laid out for. */
  readonly maximum: number;
}

/**
 * One call of a kernel: its number, how many units it does, about how many operations that is (0 for what is not worth
 * sharing out over threads), its arguments.
 */
export type Step = readonly [kernel: number, units: Quantity, work: Quantity, ...args: readonly Quantity[]];

export interface Entry {
  readonly symbols: readonly Symbolic[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly steps: readonly Step[];
}

export interface KernelUse {
  readonly name: string;
  /** Which argument is the address of the thread's workspace; -1 for none. */
  readonly workspace: number;
}

export interface Program {
  readonly weights: { readonly byteLength: number; readonly sha256: string };
  readonly memory: {
    /** Where the weights go, and where the arena behind them ends. */
    readonly weights: number;
    readonly end: number;
    /** Bytes of workspace of each thread, behind the end. */
    readonly workspace: number;
  };
  readonly kernels: readonly KernelUse[];
  readonly entries: Readonly<Record<string, Entry>>;
  readonly model?: LanguageModel;
}

/** What the loader must know of a language model to continue a text. */
export interface LanguageModel {
  readonly entry: string;
  readonly bos?: number;
}

/** WebAssembly modules of the same kernels, for engines with and without relaxed SIMD. */
export interface Kernels {
  readonly baseline: Uint8Array<ArrayBuffer>;
  readonly relaxed: Uint8Array<ArrayBuffer>;
}

export type KernelFunction = (...args: number[]) => void;
/** The kernels without relaxed SIMD as JavaScript: given their memory, functions by name. */
export type PlainKernels = (memory: ArrayBuffer) => Readonly<Record<string, KernelFunction>>;

/** What the function is called that runs all steps of an entry; kernels have no such names. */
export const sequenceName = (entry: string): string => `entry ${entry}`;

/** The value of a quantity, given those of the symbols. */
export function evaluate(quantity: Quantity, symbols: readonly number[]): number {
  if (typeof quantity === "number") return quantity;
  let value = quantity.constant;
  for (const [symbol, coefficient] of quantity.terms) value += coefficient * symbols[symbol]!;
  const { per = 1, times = 1 } = quantity;
  return Math.ceil(value / per) * times;
}

/** The value of an extent of a port, given those of the symbols. */
export function evaluateExtent(extent: PortExtent, symbols: readonly number[]): number {
  if (!isCacheExtent(extent)) return evaluate(extent, symbols);
  const entries = evaluate(extent.entries, symbols);
  const { window, batch, of, per } = extent;
  const rounded = Math.floor(Math.max(0, entries - window) / batch) * batch;
  return (of === "rounded" ? rounded : entries - rounded) / per;
}

export const isCacheExtent = (extent: PortExtent): extent is CacheExtent =>
  typeof extent !== "number" && "entries" in extent;

/** What an extent says of symbols: itself, or the number of entries that it depends on. */
export const affineOf = (extent: PortExtent): Quantity => (isCacheExtent(extent) ? extent.entries : extent);

/** As `describeQuantity`; extents of caches as in `keys - keys % 32`, `keys % 32`, `max(0, keys - 128)`. */
export function describeExtent(extent: PortExtent, names: readonly string[]): string {
  if (!isCacheExtent(extent)) return describeQuantity(extent, names);
  const { window, batch, of, per } = extent;
  const all = describeQuantity(extent.entries, names);
  const entries = extent.entries.terms.length + Number(extent.entries.constant !== 0) > 1 ? `(${all})` : all;
  if (of === "waiting") {
    if (batch === 1) return window === 0 ? "0" : `min(${all}, ${window})`;
    return `${entries} % ${batch}`;
  }
  const rounded =
    batch > 1 ? `${entries} - ${entries} % ${batch}` : window === 0 ? all : `max(0, ${all} - ${window})`;
  return per === 1 ? rounded : `(${rounded}) / ${per}`;
}

/** `tokens + 2·past`, or `⌈(tokens + 2·past) / 16⌉`, for people. */
export function describeQuantity(quantity: Quantity, names: readonly string[]): string {
  if (typeof quantity === "number") return String(quantity);
  const { constant, terms, per = 1, times = 1 } = quantity;
  const parts = terms.map(
    ([symbol, coefficient]) => `${coefficient === 1 ? "" : `${coefficient}·`}${names[symbol]}`,
  );
  if (constant !== 0 || parts.length === 0) parts.push(String(constant));
  const sum = parts.join(" + ");
  const inside = parts.length > 1 && per * times > 1 ? `(${sum})` : sum;
  return `${times === 1 ? "" : `${times}·`}${per === 1 ? inside : `⌈${inside} / ${per}⌉`}`;
}
