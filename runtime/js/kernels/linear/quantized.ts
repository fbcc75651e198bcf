import { type Expression, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import { defineKernel } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import { finishColumns } from "./finish-columns.ts";
import type { LinearForm } from "./form.ts";
import { type DecodedMatrix, type Extents, type QuantizedMatrix, usedLevels } from "./quantized-decoder.ts";
import { floatDecoder } from "./quantized-floats.ts";
import { gatherDecoder } from "./quantized-gathers.ts";
import { integerDecoder } from "./quantized-integers.ts";
import { lookupDecoder } from "./quantized-lookups.ts";
import { decodePanel, type Loops, multiplyRow, multiplyTile, sumRuns } from "./quantized-loops.ts";
import { PANEL, ROW_BYTES } from "./quantized-panel.ts";
import { packWeight, weightLayout } from "./quantized-weight.ts";
import { writeTotals } from "./quantized-write.ts";

/** Rows whose products are computed for one decoded panel; sums of their runs are kept, where shifts need them. */
const BLOCK_ROWS = 64;
/** Rows that are multiplied together: as many of the first as there are, then of the next. */
const TILES = [4, 2, 1] as const;

/** The cheapest way to decode a weight that keeps its levels exact. */
export function decoderOf(matrix: QuantizedMatrix, extents: Extents): DecodedMatrix {
  const { isUsed, used } = usedLevels(matrix, extents);
  return (
    integerDecoder(matrix, used) ??
    floatDecoder(matrix, isUsed) ??
    lookupDecoder(matrix, isUsed) ??
    gatherDecoder(matrix)
  );
}

/**
 * y = x·Wᵀ for f32 activations [rows, depth] and a weight of codes that are decoded in the kernel. Units are panels of 16
 * columns.
 *
 * Within a run Σ x·level is added in f32 in ascending depth, from zero; to the total, which starts at zero, comes
 * scale · that, then shift · Σ x of the run. A shift that is -scale · z in f32 for an integer z is taken out of the
 * levels instead, exactly, if levels are integers and z fits into a byte. A row's bits do not depend on the other rows.
 *
 * The error is at most (run + runs + 5) · 2^-24 · Σ |x·w|, where other shifts add 2 · |scale| · the largest |level| to
 * |w|. Levels may come times 2^31 within a run, so that sums from 2^96 on may become infinite.
 */
export function quantizedLinear({
  columns,
  depth,
  weight,
  epilogue,
}: Extents & { readonly weight: QuantizedMatrix; readonly epilogue: Epilogue }): LinearForm {
  const matrix = decoderOf(weight, { columns, depth });
  const layout = weightLayout(matrix, depth, weight.run);
  const places = placesOf(depth, layout.runs, matrix.shifts !== undefined);
  const name = `quantized_linear_${columns}x${depth}_${matrix.decoder.name}_run${layout.length}`;
  const kernel = defineKernel({
    name: `${name}${matrix.shifts ? "_shifted" : ""}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const { input, weight, output, rows, workspace, begin, end } = parameters;
      const loops: Loops = {
        ...{ f, features, columns, depth, matrix, layout },
        decoder: matrix.decoder.open(f, weight, features),
        totals: workspace,
        sums: f.let(sum(workspace, places.sums)),
        panel: f.let(sum(workspace, places.panel)),
      };
      const rowAt = (row: Expression) => sum(input, product(row, 4 * depth));
      const write = (rowsOfTile: number, row: Expression, unit: Local) =>
        writeTotals(loops, output, { rows: rowsOfTile, row, unit });
      f.for(0, rows, BLOCK_ROWS, (block) => {
        const left = f.let(op("i32.sub", rows, block));
        f.set(left, select(left, i32(BLOCK_ROWS), op("i32.lt_s", left, BLOCK_ROWS)));
        if (matrix.shifts)
          f.for(0, left, 1, (row) =>
            sumRuns(loops, rowAt(sum(block, row)), sum(loops.sums, product(row, 4 * layout.runs))),
          );
        f.for(begin, end, 1, (unit) => {
          const at = f.let(sum(weight, layout.units, product(unit, layout.unitBytes)));
          f.if(
            op("i32.eq", left, 1),
            () => {
              multiplyRow(loops, rowAt(block), at);
              write(1, block, unit);
            },
            () => {
              decodePanel(loops, at);
              const row = f.let(i32(0));
              for (const tile of TILES)
                f.while(op("i32.le_s", sum(row, tile), left), () => {
                  const inBlock = sum(block, row);
                  const sumsOfRow = sum(loops.sums, product(row, 4 * layout.runs));
                  multiplyTile(loops, tile, { row: rowAt(inBlock), unit: at, sumsOfRow });
                  write(tile, inBlock, unit);
                  f.advance(row, tile);
                });
            },
          );
        });
      });
      finishColumns(f, { columns, panel: PANEL, epilogue }, parameters);
    },
  });
  return {
    kernel,
    weight: packWeight(matrix, { columns, depth }, layout),
    units: Math.ceil(columns / PANEL),
    workspace: places.bytes,
  };
}

/** Bytes in a thread's workspace: totals of a tile, sums of runs of a block of rows, a decoded panel. */
function placesOf(depth: number, runs: number, hasShifts: boolean) {
  const sums = TILES[0] * ROW_BYTES;
  const panel = sums + (hasShifts ? Math.ceil((BLOCK_ROWS * runs * 4) / 16) * 16 : 0);
  return { sums, panel, bytes: panel + depth * ROW_BYTES };
}
