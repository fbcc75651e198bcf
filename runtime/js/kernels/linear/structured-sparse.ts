import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
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
import { load } from "../../assembler/memory.ts";
import { defineKernel, type Features } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import type { LinearForm } from "./form.ts";
import { decoderOf } from "./quantized.ts";
import { byteCodes, interleaveBytes, interleavePairs } from "./quantized-bytes.ts";
import type { Extents, QuantizedMatrix } from "./quantized-decoder.ts";
import {
  clearTotals,
  decodePanel,
  forRuns,
  forSteps,
  type Loops,
  multiplyAdd,
  panelOffset,
  zero,
} from "./quantized-loops.ts";
import { codePacking } from "./quantized-packing.ts";
import { PANEL, QUAD, QUADS, ROW_BYTES, splat8, stepBytes, stepOf } from "./quantized-panel.ts";
import { packWeight, weightLayout } from "./quantized-weight.ts";
import { writeRows } from "./quantized-write.ts";

/** Rows that are multiplied together: as many of the first as there are, then of the next. */
const TILES = [4, 1] as const;
/** Quads of columns of half a panel, whose sums are kept in registers for all rows of a tile. */
const HALF_QUADS = QUADS / 2;
const TOTALS_BYTES = TILES[0] * ROW_BYTES;

/** A weight [columns, depth] that stores `kept` of every `of` neighbours of a row; the last of these may be fewer. */
export interface StructuredSparseMatrix {
  readonly kept: number;
  /** 2 to 16. */
  readonly of: number;
  /** What is stored, [columns, ceil(depth / of) · kept]: its runs and scales are of stored elements. */
  readonly values: QuantizedMatrix;
  /** Where each of these is among its neighbours, below `of`. */
  readonly indices: Uint8Array;
}

/**
 * y = x·Wᵀ for a weight of which only what is stored is read and multiplied: what is not stored meets no input. Units are
 * panels of 16 columns. Sums are those of `quantizedLinear` over what is stored, with its error bound.
 */
export function structuredSparseLinear({
  columns,
  depth,
  weight: { kept, of, values, indices },
  epilogue,
}: Extents & { readonly weight: StructuredSparseMatrix; readonly epilogue: Epilogue }): LinearForm {
  if (of < 2 || of > 16 || kept < 1 || kept > of) return unreachable(`${kept} of ${of} are 1 to 16 of 16`);
  const stored = { columns, depth: Math.ceil(depth / of) * kept };
  const matrix = decoderOf(values, stored);
  const layout = weightLayout(matrix, stored.depth, values.run);
  const packed = packWeight(matrix, stored, layout);
  const indexBits = Math.ceil(Math.log2(of));
  const units = Math.ceil(columns / PANEL);
  const indexUnit = Math.ceil(stored.depth / stepOf(indexBits)) * stepBytes(indexBits);
  const panelBytes = stored.depth * ROW_BYTES;
  const name = `structured_sparse_${kept}of${of}_${columns}x${depth}_${matrix.decoder.name}_run${layout.length}`;
  const kernel = defineKernel({
    name: `${name}${matrix.shifts ? "_shifted" : ""}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const { input, weight, rows, workspace, begin, end } = parameters;
      const panel = f.let(sum(workspace, TOTALS_BYTES));
      const loops: Loops = {
        ...{ f, features, ...stored, matrix, layout },
        decoder: matrix.decoder.open(f, weight, features),
        totals: workspace,
        sums: workspace,
        panel,
      };
      const places = f.let(sum(panel, panelBytes));
      f.for(begin, end, 1, (unit) => {
        const at = f.let(sum(weight, layout.units, product(unit, layout.unitBytes)));
        decodePanel(loops, at);
        expandIndices(loops, indexBits, sum(weight, packed.length, product(unit, indexUnit)), places);
        const row = f.let(i32(0));
        for (const tile of TILES)
          f.while(op("i32.le_s", sum(row, tile), rows), () => {
            const from = { row: sum(input, product(row, 4 * depth)), unit: at, places };
            clearTotals(loops, tile);
            f.for(0, ROW_BYTES, ROW_BYTES / 2, (half) =>
              multiplySelected(loops, { kept, of, rows: tile, rowBytes: 4 * depth }, half, from),
            );
            writeRows(loops, epilogue, parameters, { rows: tile, row, unit });
            f.advance(row, tile);
          });
      });
    },
  });
  const weight = new Uint8Array(packed.length + units * indexUnit);
  weight.set(packed);
  const packing = codePacking("bytes", indexBits);
  for (let unit = 0; unit < units; unit++)
    packing.pack(
      weight,
      packed.length + unit * indexUnit,
      stored.depth,
      (k, i) => indices[(unit * PANEL + i) * stored.depth + k] ?? 0,
    );
  return { kernel, weight, units, workspace: TOTALS_BYTES + 2 * panelBytes };
}

/** Writes where among its neighbours' bytes each stored element's input is: 16 byte numbers for four columns. */
function expandIndices(loops: Loops, bits: number, from: Expression, to: Expression): void {
  const { f, depth } = loops;
  const codes = f.let(from);
  const place = f.let(to);
  const within = f.let(v128(Uint8Array.from({ length: 16 }, (_, i) => i % 4)));
  forSteps({ f, bits }, codes, depth, (depths, vectors) => {
    for (let k = 0; k < depths; k++) {
      const scaled = f.let(op("i32x4.shl", byteCodes(f, vectors, bits, k), 2));
      const twice = interleaveBytes.map((from) => f.let(shuffle(scaled, scaled, from)));
      const fourTimes = twice.flatMap((pairs) => interleavePairs.map((from) => shuffle(pairs, pairs, from)));
      for (const [quad, bytes] of fourTimes.entries())
        f.store(
          "v128.store",
          place,
          op("i8x16.add", bytes, within),
          panelOffset(loops, quad) + k * (ROW_BYTES / 2),
        );
    }
    f.advance(place, depths * (ROW_BYTES / 2));
  });
}

interface Selection {
  readonly kept: number;
  readonly of: number;
  /** How many rows, and bytes from one to the next. */
  readonly rows: number;
  readonly rowBytes: number;
}

/** Totals of rows by half a decoded panel (from byte `half` of its rows), each column of which takes its own inputs. */
function multiplySelected(
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
        f.advance(places, ROW_BYTES / 2);
        f.advance(panel, ROW_BYTES / 2);
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
