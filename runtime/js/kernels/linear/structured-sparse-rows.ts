import {
  type Expression,
  i32,
  type Local,
  op,
  product,
  shuffle,
  sum,
  v128,
} from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import type { Features } from "../../kernel.ts";
import { byteCodes, interleaveBytes, interleavePairs } from "./quantized-bytes.ts";
import {
  addRun,
  clearTotals,
  forRuns,
  forSteps,
  type Loops,
  multiplyAdd,
  panelOffset,
  zero,
} from "./quantized-loops.ts";
import {
  HALF_BYTES,
  loadStep,
  QUAD,
  QUADS,
  ROW_BYTES,
  splat8,
  stepBytes,
  stepOf,
} from "./quantized-panel.ts";

/** Quads of columns of half a panel, whose sums are kept in registers for all rows of a tile. */
const HALF_QUADS = QUADS / 2;

/** `kept` of every `of` neighbours are stored, with numbers of `indexBits`. */
export interface Pattern {
  readonly kept: number;
  readonly of: number;
  readonly indexBits: number;
}

/** Writes where each stored element's input is among the bytes of its neighbours: 16 numbers of bytes for four columns. */
export function expandIndices(loops: Loops, { indexBits }: Pattern, from: Expression, to: Expression): void {
  const { f, depth } = loops;
  const codes = f.let(from);
  const place = f.let(to);
  const within = f.let(bytesOfLanes);
  forSteps({ f, bits: indexBits }, codes, depth, (depths, vectors) => {
    for (let k = 0; k < depths; k++)
      for (const [quad, bytes] of placesOf(f, byteCodes(f, vectors, indexBits, k), within).entries())
        f.store("v128.store", place, bytes, panelOffset(loops, quad) + k * HALF_BYTES);
    f.advance(place, depths * HALF_BYTES);
  });
}

const bytesOfLanes = v128(Uint8Array.from({ length: 16 }, (_, i) => i % 4));

/** The numbers of the bytes of floats, by quad of columns, from the numbers of the floats, a byte per column. */
function placesOf(f: FunctionBuilder, indices: Expression, within: Local): Expression[] {
  const scaled = f.let(op("i32x4.shl", indices, 2));
  const twice = interleaveBytes.map((from) => f.let(shuffle(scaled, scaled, from)));
  return twice.flatMap((pairs) =>
    interleavePairs.map((from) => op("i8x16.add", shuffle(pairs, pairs, from), within)),
  );
}

/** Depths that `multiplySelectedRow` takes at once: whole steps of codes and of indices, and whole neighbourhoods. */
const depthsTogether = ({ matrix }: Loops, { kept, indexBits }: Pattern): number =>
  Math.max(stepOf(matrix.decoder.bits), stepOf(indexBits), kept);

/** Whether runs begin where codes, indices and neighbourhoods do, so that `multiplySelectedRow` can take them. */
export const canMultiplyRow = (loops: Loops, pattern: Pattern): boolean =>
  loops.matrix.shifts === undefined &&
  [1, 2, 4, 8].includes(pattern.kept) &&
  (loops.layout.runs === 1 || loops.layout.length % depthsTogether(loops, pattern) === 0);

/** Totals of one row, whose levels and places are decoded as they are used. */
export function multiplySelectedRow(
  loops: Loops,
  pattern: Pattern,
  from: Readonly<Record<"row" | "unit" | "indices", Expression>>,
): void {
  const { f, layout, decoder, features, matrix } = loops;
  const { kept, of, indexBits } = pattern;
  const { bits } = matrix.decoder;
  const together = depthsTogether(loops, pattern);
  const input = f.let(from.row);
  const weight = f.let(from.unit);
  const indices = f.let(from.indices);
  const start = f.local("i32");
  const within = f.let(bytesOfLanes);
  const parts = Array.from({ length: QUADS }, () => f.local("v128"));
  const codeBytes = (depths: number) => Math.ceil(depths / stepOf(bits)) * stepBytes(bits);
  const take = (depths: number) => {
    let codes: Local[] = [];
    let numbers: Local[] = [];
    for (let k = 0; k < depths; k++) {
      if (k % stepOf(bits) === 0) codes = loadStep(f, sum(weight, codeBytes(k)), bits);
      if (k % stepOf(indexBits) === 0)
        numbers = loadStep(f, sum(indices, (k / stepOf(indexBits)) * stepBytes(indexBits)), indexBits);
      const places = placesOf(f, byteCodes(f, numbers, indexBits, k % stepOf(indexBits)), within);
      const window = { window: input, offset: Math.floor(k / kept) * 4 * of };
      for (const [quad, level] of decoder.levels(codes, k % stepOf(bits)).entries()) {
        const x = selectInputs(window, of, f.let(places[quad]!), features);
        f.set(parts[quad]!, multiplyAdd(features, x, level, parts[quad]!));
      }
    }
    f.advance(weight, codeBytes(depths));
    f.advance(indices, Math.ceil(depths / stepOf(indexBits)) * stepBytes(indexBits));
    f.advance(input, Math.ceil(depths / kept) * 4 * of);
  };
  clearTotals(loops, 1);
  forRuns(f, layout, (length) => {
    f.set(start, weight);
    decoder.startRun(sum(start, layout.perRun));
    for (const part of parts) f.set(part, zero);
    f.advance(weight, layout.codes);
    const whole = Math.floor(length / together);
    const end = f.let(sum(weight, whole * codeBytes(together)));
    if (whole > 0) f.repeat(() => take(together), op("i32.ne", weight, end));
    // Only the last run ends within what is taken together: nothing follows it.
    if (length % together > 0) take(length % together);
    for (const [quad, part] of parts.entries()) addRun(loops, part, { row: 0, quad, start, sums: start });
  });
}

/** What rows are multiplied at once by a pattern. */
export interface Selection extends Pattern {
  /** How many rows, and bytes from one to the next. */
  readonly rows: number;
  readonly rowBytes: number;
}

/** Totals of rows by half a decoded panel (from byte `half` of its rows), each column of which takes its own inputs. */
export function multiplySelected(
  loops: Loops,
  { kept, of, rows, rowBytes }: Selection,
  half: Local,
  from: Readonly<Record<"row" | "unit" | "places", Expression>>,
): void {
  const { f, layout, features, matrix, depth } = loops;
  const places = f.let(sum(from.places, product(half, depth)));
  const panel = f.let(sum(loops.panel, product(half, depth)));
  const start = f.let(sum(from.unit, half));
  const totals = f.let(sum(loops.totals, half));
  const input = f.let(from.row);
  const k = f.let(i32(0));
  const sumsOf = () => Array.from({ length: rows * HALF_QUADS }, () => f.local("v128"));
  const parts = sumsOf();
  const sums = matrix.shifts && sumsOf();
  forRuns(f, layout, (length) => {
    for (const each of [...parts, ...(sums ?? [])]) f.set(each, zero);
    const end = f.let(sum(k, length));
    f.repeat(
      () => {
        const window = f.let(sum(input, product(op("i32.div_u", k, kept), 4 * of)));
        for (let quad = 0; quad < HALF_QUADS; quad++) {
          const place = f.let(load("v128.load", places, panelOffset(loops, quad)));
          const level = f.let(load("v128.load", panel, panelOffset(loops, quad)));
          for (let row = 0; row < rows; row++) {
            const x = f.let(selectInputs({ window, offset: row * rowBytes }, of, place, features));
            const at = row * HALF_QUADS + quad;
            f.set(parts[at]!, multiplyAdd(features, x, level, parts[at]!));
            if (sums) f.set(sums[at]!, op("f32x4.add", sums[at]!, x));
          }
        }
        f.advance(places, HALF_BYTES);
        f.advance(panel, HALF_BYTES);
        f.advance(k, 1);
      },
      op("i32.ne", k, end),
    );
    for (const [i, part] of parts.entries()) {
      const at = 16 * (i % HALF_QUADS);
      const offset = Math.floor(i / HALF_QUADS) * ROW_BYTES + at;
      const scale = load("v128.load", start, at);
      const total = f.let(multiplyAdd(features, part, scale, load("v128.load", totals, offset)));
      const shift = load("v128.load", start, layout.shifts + at);
      f.store("v128.store", totals, sums ? multiplyAdd(features, sums[i]!, shift, total) : total, offset);
    }
    f.advance(start, layout.runBytes);
  });
}

/** The inputs of four columns, from `of` neighbours by numbers of their bytes. */
function selectInputs(
  { window, offset }: { readonly window: Expression; readonly offset: number },
  of: number,
  place: Expression,
  { relaxed }: Features,
): Expression {
  const vectors = Array.from({ length: Math.ceil(of / QUAD) }, (_, i) =>
    load("v128.load", window, offset + 16 * i),
  );
  // What a relaxed selection differs in is a number beyond the vector.
  if (vectors.length === 1 && relaxed) return op("i8x16.relaxed_swizzle", vectors[0]!, place);
  return vectors
    .map((vector, i) => op("i8x16.swizzle", vector, i === 0 ? place : op("i8x16.sub", place, splat8(16 * i))))
    .reduce((all, part) => op("v128.or", all, part));
}
