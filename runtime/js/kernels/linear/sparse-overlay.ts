import { type Expression, op, product, sum } from "../../assembler/expression.ts";
import { load } from "../../assembler/memory.ts";
import { defineKernel } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import { finishColumns } from "./finish-columns.ts";
import type { LinearForm } from "./form.ts";
import { PANEL, ROW_BYTES } from "./quantized-panel.ts";

/** A sparse weight [columns, depth] by rows: those of row c are from starts[c] to starts[c + 1], depths rising. */
export interface SparseMatrix {
  readonly starts: Int32Array;
  readonly places: Int32Array;
  readonly values: Float32Array;
}

/**
 * Adds x·Wᵀ for a sparse weight to what `output` holds, then does what the epilogue says, so that a linear op whose
 * weight is a sum ends here. Units are panels of 16 columns, as those of `quantizedLinear`. Each sum starts at what is
 * there and takes its products in ascending depth in f32; what is not stored meets no input. The error is at most
 * (n + 1) · 2^-24 · (|output| + Σ |x·w|) for n stored values.
 */
export function addSparse({
  columns,
  depth,
  weight,
  epilogue,
}: {
  readonly columns: number;
  readonly depth: number;
  readonly weight: SparseMatrix;
  readonly epilogue: Epilogue;
}): LinearForm {
  const isShort = depth <= 65536;
  const placeBytes = isShort ? 2 : 4;
  const places = placesAt(columns);
  const kernel = defineKernel({
    name: `add_sparse_${columns}x${depth}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters) {
      const { input, output, rows, begin, end } = parameters;
      // Values begin behind the places, of which each weight has a number of its own.
      const count = load("i32.load", parameters.weight, 4 * columns);
      const placesBytes = op("i32.and", sum(product(count, placeBytes), 15), -16);
      const values = f.let(sum(parameters.weight, places, placesBytes));
      const x = f.local("i32");
      const y = f.local("i32");
      const from = f.local("i32");
      const to = f.local("i32");
      const total = f.local("f32");
      const value = (i: Expression) => load("f32.load", sum(values, product(i, 4)));
      const place = (i: Expression) =>
        load(isShort ? "i32.load16_u" : "i32.load", sum(parameters.weight, product(i, placeBytes)), places);
      f.for(begin, end, 1, (unit) => {
        f.for(0, rows, 1, (row) => {
          f.set(x, sum(input, product(row, 4 * depth)));
          f.set(y, sum(output, product(row, 4 * columns), product(unit, ROW_BYTES)));
          f.set(from, sum(parameters.weight, product(unit, ROW_BYTES)));
          f.for(0, PANEL, 1, (column) => {
            f.if(op("i32.lt_s", sum(product(unit, PANEL), column), columns), () => {
              f.set(total, load("f32.load", y));
              f.set(to, load("i32.load", from, 4));
              f.for(load("i32.load", from), to, 1, (i) => {
                const product = op("f32.mul", load("f32.load", sum(x, op("i32.shl", place(i), 2))), value(i));
                f.set(total, op("f32.add", total, product));
              });
              f.store("f32.store", y, total);
              f.advance(y, 4);
              f.advance(from, 4);
            });
          });
        });
      });
      finishColumns(f, { columns, panel: PANEL, epilogue }, parameters);
    },
  });
  return {
    kernel,
    weight: packSparse(weight, columns, placeBytes),
    units: Math.ceil(columns / PANEL),
    workspace: 0,
  };
}

/** Bytes from the start of the weight to its places; before them are the starts. */
const placesAt = (columns: number): number => 16 * Math.ceil((columns + 1) / 4);

/** Where places and values are, and how many bytes there are in all. */
function sparsePlaces(columns: number, count: number, placeBytes: number) {
  const places = placesAt(columns);
  const values = places + 16 * Math.ceil((count * placeBytes) / 16);
  return { places, values, bytes: values + 4 * count };
}

function packSparse(
  { starts, places, values }: SparseMatrix,
  columns: number,
  placeBytes: 2 | 4,
): Uint8Array<ArrayBuffer> {
  const at = sparsePlaces(columns, places.length, placeBytes);
  const bytes = new Uint8Array(at.bytes);
  new Int32Array(bytes.buffer, 0, columns + 1).set(starts);
  const stored = placeBytes === 2 ? Uint16Array : Int32Array;
  new stored(bytes.buffer, at.places, places.length).set(places);
  new Float32Array(bytes.buffer, at.values, values.length).set(values);
  return bytes;
}

/** The sparse weight of which `addSparse` packed the bytes. */
export function unpackSparse(
  bytes: Uint8Array<ArrayBuffer>,
  { columns, depth }: { readonly columns: number; readonly depth: number },
): SparseMatrix {
  const starts = new Int32Array(bytes.buffer, 0, columns + 1).slice();
  const count = starts.at(-1) ?? 0;
  const placeBytes = depth <= 65536 ? 2 : 4;
  const at = sparsePlaces(columns, count, placeBytes);
  const stored = placeBytes === 2 ? Uint16Array : Int32Array;
  return {
    starts,
    places: Int32Array.from(new stored(bytes.buffer, at.places, count)),
    values: new Float32Array(bytes.buffer, at.values, count).slice(),
  };
}
