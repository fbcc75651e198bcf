import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, i32, type Local, op, product, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { defineKernel } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import { finishRange } from "./finish-columns.ts";
import type { LinearForm } from "./form.ts";
import type { Extents } from "./quantized-decoder.ts";
import { bytesOfNumber, loadNumbers } from "./sparse-numbers.ts";
import {
  COLUMN,
  type FactoredMatrix,
  HEAD,
  packStream,
  type StreamFormat,
  UNIT,
  unitsAt,
} from "./sparse-stream.ts";
import { addressesOfRows, type ColumnSums, sumsOfRow, sumsOfRows, transposeRows } from "./sparse-tiles.ts";
import { GROUP, unitsOf } from "./sparse-walk.ts";

/** Rows of inputs that stand side by side while columns pass: as many as there are left, but not more than the most. */
const MOST_ROWS = 8;
const FEW_ROWS = 4;

/**
 * y = x·Wᵀ for a weight of which only what is stored is read and multiplied: what is not stored meets no input. One row
 * gathers its inputs; more of them are first put side by side, channel by channel, so that each number meets 4 or 8 of
 * them at once. Units are runs of columns with about equally many numbers. Of a column, f32 sums of every fourth number
 * are taken in ascending depth from 0, then added as (s0 + s1) + (s2 + s3) and multiplied by the factor: the same bits
 * whatever the rows and units. The error is at most (⌈n / 4⌉ + 4) · 2^-24 · Σ |x·w| for n numbers, where no product is
 * below the smallest normal number. Numbers are held without loss, see `holdNumbers`.
 */
export function sparseLinear({
  columns,
  depth,
  weight,
  epilogue,
}: Extents & { readonly weight: FactoredMatrix; readonly epilogue: Epilogue }): LinearForm {
  if (columns < 1 || depth < 1) return unreachable(`a sparse weight [${columns}, ${depth}] has elements`);
  const { bytes, ...format } = packStream(weight, { columns, depth });
  const kernel = defineKernel({
    name: `sparse_linear_${format.held}_steps${8 * format.stepBytes}_${columns}x${depth}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const { input, weight, output, rows, workspace, begin, end } = parameters;
      const unitAt = (unit: Local) => f.let(sum(weight, unitsAt(format.held), product(unit, UNIT.bytes)));
      const [first, behind] = [unitAt(begin), unitAt(end)];
      const factor = f.let(load("v128.load32_splat", weight, HEAD.factor));
      const row = f.let(i32(0));
      const oneRow = () => {
        const place = { input: f.let(i32(0)), output: f.let(sum(output, product(row, 4 * columns))), factor };
        const start = f.let(sum(input, product(row, 4 * depth)));
        const sums = sumsOfRow(f, features, place);
        forColumns(f, format, { weight, first, behind, start, input: place.input, shift: 2 }, sums);
      };
      const manyRows = (count: 4 | 8) => {
        const inputs = addressesOfRows(f, { start: input, row, rows, bytes: 4 * depth }, count);
        const outputs = addressesOfRows(f, { start: output, row, rows, bytes: 4 * columns }, count);
        transposeRows(f, inputs, depth, workspace);
        const place = { input: f.let(i32(0)), outputs, factor };
        const shift = Math.log2(4 * count);
        const sums = sumsOfRows(f, features, place);
        forColumns(f, format, { weight, first, behind, start: workspace, input: place.input, shift }, sums);
      };
      f.while(op("i32.lt_s", row, rows), () => {
        const left = f.let(op("i32.sub", rows, row));
        f.if(op("i32.eq", left, 1), oneRow, () =>
          f.if(
            op("i32.le_s", left, FEW_ROWS),
            () => manyRows(FEW_ROWS),
            () => manyRows(MOST_ROWS),
          ),
        );
        f.advance(row, MOST_ROWS);
      });
      const columnOf = (unit: Local) => load("i32.load", unit, UNIT.column);
      finishRange(f, { columns, epilogue }, { from: columnOf(first), to: columnOf(behind) }, parameters);
    },
  });
  return {
    kernel,
    weight: bytes,
    units: unitsOf(columns),
    workspace: 4 * MOST_ROWS * 4 * Math.ceil(depth / 4),
    products: weight.places.length,
  };
}

/** Walks over the columns from one unit to another, with `input` at the channel of each number, 2^shift bytes apart. */
function forColumns(
  f: FunctionBuilder,
  { held, stepBytes }: StreamFormat,
  {
    weight,
    first,
    behind,
    start,
    input,
    shift,
  }: Readonly<Record<"weight" | "first" | "behind" | "start" | "input", Local>> & { readonly shift: number },
  sums: ColumnSums,
): void {
  const loadStep = { 1: "i32.load8_u", 2: "i32.load16_u", 4: "i32.load" }[stepBytes];
  const table = f.let(sum(weight, HEAD.bytes));
  const group = f.let(load("i32.load", first, UNIT.group));
  const from = (head: number, index: Local, bytes: number): Local =>
    f.let(sum(weight, load("i32.load", weight, head), product(index, bytes)));
  const numbers = from(HEAD.numbers, group, GROUP * bytesOfNumber(held));
  const steps = from(HEAD.steps, group, GROUP * stepBytes);
  const firstColumn = f.let(load("i32.load", first, UNIT.column));
  const record = from(HEAD.columns, firstColumn, COLUMN.bytes);
  const move = (channels: Expression) => f.advance(input, op("i32.shl", channels, shift));
  const addGroup = (count?: Local) => {
    let i = 0;
    const next = () => move(load(loadStep, steps, stepBytes * i++));
    sums.add({ numbers: loadNumbers(f, held, { numbers, table }), next, count });
    f.advance(numbers, GROUP * bytesOfNumber(held));
    f.advance(steps, GROUP * stepBytes);
  };
  f.set(input, start);
  move(load("i32.load", first, UNIT.channel));
  f.for(firstColumn, load("i32.load", behind, UNIT.column), 1, (column) => {
    sums.clear();
    const count = f.let(load("i32.load", record, COLUMN.count));
    f.if(count, () => {
      const others = f.let(op("i32.shr_u", op("i32.sub", count, i32(1)), Math.log2(GROUP)));
      const last = f.let(sum(steps, product(others, GROUP * stepBytes)));
      f.while(op("i32.ne", steps, last), () => addGroup());
      addGroup(f.let(op("i32.sub", count, product(others, GROUP))));
      move(load("i32.load", record, COLUMN.jump));
    });
    sums.write(column);
    f.advance(record, COLUMN.bytes);
  });
}
