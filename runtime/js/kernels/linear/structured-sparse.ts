import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { i32, op, product, sum } from "../../assembler/expression.ts";
import { defineKernel } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import { finishColumns } from "./finish-columns.ts";
import type { LinearForm } from "./form.ts";
import { decoderOf } from "./quantized.ts";
import type { Extents, QuantizedMatrix } from "./quantized-decoder.ts";
import { clearTotals, decodePanel, type Loops } from "./quantized-loops.ts";
import { codePacking } from "./quantized-packing.ts";
import { HALF_BYTES, PANEL, ROW_BYTES, stepBytes, stepOf } from "./quantized-panel.ts";
import { packWeight, weightLayout } from "./quantized-weight.ts";
import { writeTotals } from "./quantized-write.ts";
import {
  canMultiplyRow,
  expandIndices,
  multiplySelected,
  multiplySelectedRow,
} from "./structured-sparse-rows.ts";

/** Rows that are multiplied together: as many of the first as there are, then of the next. */
const TILES = [4, 1] as const;
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
  if (indices.length !== columns * stored.depth || indices.some((index) => index >= of))
    return unreachable(`indices [${columns}, ${stored.depth}] are below ${of}`);
  const matrix = decoderOf(values, stored);
  const layout = weightLayout(matrix, stored.depth, values.run);
  const packed = packWeight(matrix, stored, layout);
  const indexBits = Math.ceil(Math.log2(of));
  const pattern = { kept, of, indexBits };
  const units = Math.ceil(columns / PANEL);
  const indexUnit = indexBytes(stored.depth, indexBits);
  const panelBytes = stored.depth * ROW_BYTES;
  const name = `structured_sparse_${kept}of${of}_${columns}x${depth}_${matrix.decoder.name}_run${layout.length}`;
  const kernel = defineKernel({
    name: `${name}${matrix.shifts ? "_shifted" : ""}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const { input, weight, output, rows, workspace, begin, end } = parameters;
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
        const stored = f.let(sum(weight, packed.length, product(unit, indexUnit)));
        const multiplyMany = () => {
          decodePanel(loops, at);
          expandIndices(loops, pattern, stored, places);
          const row = f.let(i32(0));
          for (const tile of TILES)
            f.while(op("i32.le_s", sum(row, tile), rows), () => {
              const from = { row: sum(input, product(row, 4 * depth)), unit: at, places };
              clearTotals(loops, tile);
              f.for(0, ROW_BYTES, HALF_BYTES, (half) =>
                multiplySelected(loops, { ...pattern, rows: tile, rowBytes: 4 * depth }, half, from),
              );
              writeTotals(loops, output, { rows: tile, row, unit });
              f.advance(row, tile);
            });
        };
        if (!canMultiplyRow(loops, pattern)) return multiplyMany();
        const multiplyOne = () => {
          multiplySelectedRow(loops, pattern, { row: input, unit: at, indices: stored });
          writeTotals(loops, output, { rows: 1, row: i32(0), unit });
        };
        f.if(op("i32.eq", rows, 1), multiplyOne, multiplyMany);
      });
      finishColumns(f, { columns, panel: PANEL, epilogue }, parameters);
    },
  });
  const weight = new Uint8Array(packed.length + units * indexUnit);
  weight.set(packed);
  weight.set(packIndices(indices, stored, indexBits), packed.length);
  return { kernel, weight, units, workspace: TOTALS_BYTES + 2 * panelBytes };
}

/** Bytes of the indices of a panel of columns. */
const indexBytes = (depth: number, bits: number): number => Math.ceil(depth / stepOf(bits)) * stepBytes(bits);

/** Indices [columns, depth] of stored elements as the kernel reads them: panel by panel, `bits` each. */
export function packIndices(
  indices: Uint8Array,
  { columns, depth }: Extents,
  bits: number,
): Uint8Array<ArrayBuffer> {
  const size = indexBytes(depth, bits);
  const bytes = new Uint8Array(Math.ceil(columns / PANEL) * size);
  const { pack } = codePacking("bytes", bits);
  for (let first = 0; first < columns; first += PANEL)
    pack(bytes, (first / PANEL) * size, depth, (k, i) => indices[(first + i) * depth + k] ?? 0);
  return bytes;
}

/** The indices that `packIndices` packed. */
export function unpackIndices(bytes: Uint8Array, { columns, depth }: Extents, bits: number): Uint8Array {
  const size = indexBytes(depth, bits);
  const indices = new Uint8Array(columns * depth);
  const { unpack } = codePacking("bytes", bits);
  for (let first = 0; first < columns; first += PANEL)
    unpack(bytes, (first / PANEL) * size, depth, (k, i, index) => {
      if (first + i < columns) indices[(first + i) * depth + k] = index;
    });
  return indices;
}
