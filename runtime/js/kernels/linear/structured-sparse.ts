import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, i32, op, product, shuffle, sum, v128 } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { defineKernel } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import type { LinearForm } from "./form.ts";
import { decoderOf } from "./quantized.ts";
import { byteCodes } from "./quantized-bytes.ts";
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
      const panel = f.let(sum(workspace, ROW_BYTES));
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
        f.for(0, rows, 1, (row) => {
          multiplySelected(loops, { kept, of }, places, sum(input, product(row, 4 * depth)), at);
          writeRows(loops, epilogue, parameters, { rows: 1, row, unit });
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
  return { kernel, weight, units, workspace: ROW_BYTES + 2 * panelBytes };
}

/** Writes where among its neighbours' bytes each stored element's input is: 16 byte numbers for four columns. */
function expandIndices(loops: Loops, bits: number, from: Expression, to: Expression): void {
  const { f, depth } = loops;
  const codes = f.let(from);
  const place = f.let(to);
  const within = v128(Uint8Array.from({ length: 16 }, (_, i) => i % 4));
  forSteps({ f, bits }, codes, depth, (depths, vectors) => {
    for (let k = 0; k < depths; k++) {
      const scaled = f.let(op("i32x4.shl", byteCodes(f, vectors, bits, k), 2));
      for (let quad = 0; quad < QUADS; quad++) {
        const lanes = Array.from({ length: 16 }, (_, i) => QUAD * quad + Math.floor(i / 4));
        const bytes = op("i8x16.add", shuffle(scaled, scaled, lanes), within);
        f.store("v128.store", place, bytes, panelOffset(loops, quad) + k * (ROW_BYTES / 2));
      }
    }
    f.advance(place, depths * (ROW_BYTES / 2));
  });
}

/** Totals of one row by a decoded panel, each column of which takes its own inputs. */
function multiplySelected(
  loops: Loops,
  { kept, of }: { readonly kept: number; readonly of: number },
  placesAt: Expression,
  row: Expression,
  unit: Expression,
): void {
  const { f, layout, features, matrix, totals } = loops;
  const input = f.let(row);
  const places = f.let(placesAt);
  const panel = f.let(loops.panel);
  const start = f.let(unit);
  const k = f.let(i32(0));
  const parts = Array.from({ length: QUADS }, () => f.local("v128"));
  const sums = parts.map(() => (matrix.shifts ? f.local("v128") : undefined));
  clearTotals(loops, 1);
  forRuns(f, layout, (length) => {
    for (const part of [...parts, ...sums]) if (part) f.set(part, zero);
    const end = f.let(sum(k, length));
    f.repeat(
      () => {
        const window = f.let(sum(input, product(op("i32.div_u", k, kept), 4 * of)));
        for (const [quad, part] of parts.entries()) {
          const place = f.let(load("v128.load", places, panelOffset(loops, quad)));
          const x = f.let(selectInputs(window, of, place));
          const level = load("v128.load", panel, panelOffset(loops, quad));
          f.set(part, multiplyAdd(features, x, level, part));
          const ofQuad = sums[quad];
          if (ofQuad) f.set(ofQuad, op("f32x4.add", ofQuad, x));
        }
        f.advance(places, ROW_BYTES / 2);
        f.advance(panel, ROW_BYTES / 2);
        f.advance(k, 1);
      },
      op("i32.ne", k, end),
    );
    for (const [quad, part] of parts.entries()) {
      const at = 16 * quad;
      const scale = load("v128.load", start, at);
      const total = f.let(multiplyAdd(features, part, scale, load("v128.load", totals, at)));
      const ofQuad = sums[quad];
      const shift = load("v128.load", start, layout.shifts + at);
      f.store("v128.store", totals, ofQuad ? multiplyAdd(features, ofQuad, shift, total) : total, at);
    }
    f.advance(start, layout.runBytes);
  });
}

/** The inputs of four columns, from `of` neighbours by numbers of their bytes. */
const selectInputs = (window: Expression, of: number, place: Expression): Expression =>
  Array.from({ length: Math.ceil(of / QUAD) }, (_, i) =>
    op(
      "i8x16.swizzle",
      load("v128.load", window, 16 * i),
      i === 0 ? place : op("i8x16.sub", place, splat8(16 * i)),
    ),
  ).reduce((all, part) => op("v128.or", all, part));
