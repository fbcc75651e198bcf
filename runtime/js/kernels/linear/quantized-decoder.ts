import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { Expression, Local } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import type { Features } from "../../kernel.ts";
import type { Layout } from "./quantized-panel.ts";

/**
 * A weight [columns, depth] that stands for `scale · level + shift`, where the level is that of an element's code, and
 * scale and shift those of its run: `run` neighbours of a row, the last of which may be shorter.
 */
export interface QuantizedMatrix {
  /** Width of codes, 1 to 8. */
  readonly bits: number;
  /** [columns, depth], each below 2^bits. */
  readonly codes: Uint8Array;
  /** [tables, 2^bits]; integers are tables too. What no code stands for may be anything. */
  readonly levels: Float32Array;
  readonly run: number;
  /** [columns, ceil(depth / run)] */
  readonly scales: Float32Array;
  /** As the scales; for codes with a zero point it is -scale · zero. */
  readonly shifts?: Float32Array;
  /** Number of the table of each run, as the scales; without it there is one table. */
  readonly selector?: Uint8Array | Uint16Array | Int32Array;
}

/** How many depths and columns a weight has. */
export interface Extents {
  readonly columns: number;
  readonly depth: number;
}

/** How a kernel turns packed codes into levels, and what it needs for that besides the codes. */
export interface Decoder {
  /** Part of a kernel's name: equal names mean equal code. */
  readonly name: string;
  /** Width of the codes. */
  readonly bits: number;
  readonly layout: Layout;
  /** Levels come times 2^exponent. */
  readonly exponent: number;
  /** Stored once in front of the weight; a multiple of 16 bytes. */
  readonly constants: Uint8Array;
  /** Stored with each run: one value for each column, [columns, runs]. */
  readonly perRun?: Uint8Array | Int8Array | Int32Array;
  /** Codes as they are packed, [columns, depth]. */
  readonly codes: Uint8Array;
  /** Adds what is set up once per call; `constants` is the address of the constants. */
  open(f: FunctionBuilder, constants: Local, features: Features): OpenDecoder;
}

/** A decoder in the code of a kernel. */
export interface OpenDecoder {
  /** Adds what is set up for each run, from the address of what is stored per run. */
  startRun(address: Expression): void;
  /** Levels (f32x4) of one depth of a step, by quad, from the loaded vectors of the step. */
  levels(vectors: readonly Local[], depth: number): readonly Expression[];
}

/** A decoder, and what is left to be done with its levels: weight = scale · level + shift. */
export interface DecodedMatrix {
  readonly decoder: Decoder;
  readonly scales: Float32Array;
  readonly shifts?: Float32Array;
}

/** Whether codes occur, by table and code, and the levels of those that do; throws where parts do not fit together. */
export function usedLevels(
  { bits, codes, levels, run, scales, shifts, selector }: QuantizedMatrix,
  { columns, depth }: Extents,
): { readonly isUsed: Uint8Array; readonly used: readonly number[] } {
  const runs = Math.ceil(depth / run);
  const perRun = [scales, shifts ?? scales, selector ?? scales];
  if (bits < 1 || bits > 8 || columns < 1 || depth < 1 || run < 1 || codes.length !== columns * depth)
    return unreachable(`${codes.length} codes of ${bits} bits in runs of ${run} are [${columns}, ${depth}]`);
  if (perRun.some(({ length }) => length !== columns * runs))
    return unreachable(`scales, shifts and selectors are [${columns}, ${runs}]`);
  const isUsed = new Uint8Array(levels.length);
  const tableSize = 2 ** bits;
  for (let column = 0; column < columns; column++)
    for (let k = 0; k < depth; k++) {
      const table = selector ? selector[column * runs + Math.floor(k / run)]! : 0;
      const code = codes[column * depth + k]!;
      const level = (table << bits) + code;
      if (code >= tableSize || level >= levels.length) return unreachable(`code ${code} has a level`);
      isUsed[level] = 1;
    }
  return { isUsed, used: [...levels].filter((_, i) => isUsed[i] === 1) };
}
