import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { i32, type Local, op, product, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { defineKernel, type Features } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import { smaller, storeFirst } from "../lanes.ts";
import { multiplyTile, type Tile, type TilePlace } from "./dense-tile.ts";
import {
  type DenseWeight,
  PANEL_COLUMNS,
  packDense,
  panelsOf,
  type StoredElement,
  stepBytes,
  storedElement,
  weightReader,
} from "./dense-weights.ts";
import { finishColumns } from "./finish-columns.ts";
import type { LinearForm } from "./form.ts";

export interface DenseLinear extends DenseWeight {
  readonly epilogue: Epilogue;
}

/** Panels whose weights, over a stretch of the depth, stay in the first-level cache while all rows pass. */
const GROUP = 4;
const STRETCH = 128;
const STRETCH_BYTES = STRETCH * stepBytes("f32");

/**
 * Rows of a tile: 8 sums, 2 vectors of weights, 4 inputs and a product nearly fill the 16 vector registers of x86-64.
 * V8 before version 13 spills with 5 or 6 rows, fused products or not, at half the speed; later it gains a few per cent.
 */
const TILE_ROWS = 4;

/** By the number of rows, panels that pass side by side: one panel's few sums would wait for each other. */
const FEW_ROWS = [
  { count: 1, panels: 4 },
  { count: 2, panels: 2 },
  { count: 3, panels: 1 },
  { count: 4, panels: 1 },
] as const;

/**
 * output[r, c] = Σ_k input[r, k] · weight[c, k] in f32: each output starts at 0 and adds its products in ascending k,
 * each product and each sum rounded (with relaxed SIMD, where the machine fuses them, once). So an output has the
 * same bits whatever the rows and panels it is computed with. The error is at most (depth + 1) · 2^-24 · Σ |x·w| where
 * no product is below the smallest normal number. A unit of work is a panel of 8 columns. No input may be at `output`.
 */
export function denseLinear(linear: DenseLinear): LinearForm {
  const { columns, depth, epilogue } = linear;
  if (columns < 1 || depth < 1) return unreachable(`a dense weight [${columns}, ${depth}] has elements`);
  const element = storedElement(linear);
  const kernel = defineKernel({
    name: `dense_linear_${element}_${columns}x${depth}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const shape = { columns, depth, element, features };
      f.if(
        op("i32.le_s", parameters.rows, FEW_ROWS.length),
        () => multiplyFewRows(f, shape, parameters),
        () => multiplyManyRows(f, shape, parameters),
      );
      finishColumns(f, { columns, panel: PANEL_COLUMNS, epilogue }, parameters);
    },
  });
  return {
    kernel,
    weight: packDense({ ...linear, element }),
    units: panelsOf(columns),
    workspace: element === "f32" ? 0 : GROUP * STRETCH_BYTES,
  };
}

interface Shape {
  readonly columns: number;
  readonly depth: number;
  readonly element: StoredElement;
  readonly features: Features;
}
type Parameters = Readonly<
  Record<"input" | "weight" | "output" | "rows" | "workspace" | "begin" | "end", Local>
>;

/** Weights are read once, from start to end, as they are stored. */
function multiplyFewRows(f: FunctionBuilder, shape: Shape, parameters: Parameters): void {
  const { input, weight, output, rows, begin, end } = parameters;
  const step = stepBytes(shape.element);
  const panelStride = shape.depth * step;
  const read = weightReader(f, shape.element);
  for (const { count, panels } of FEW_ROWS) {
    const multiply = (panel: Local, panels: number) => {
      const place = {
        input,
        weight: sum(weight, product(panel, panelStride)),
        output: sum(output, product(panel, PANEL_COLUMNS * 4)),
        count: i32(shape.depth),
        continues: i32(0),
      };
      multiplyAndStore(f, shape, { rows: count, panels, panelStride, step, read, panel }, place);
      f.advance(panel, panels);
    };
    f.if(op("i32.eq", rows, count), () => {
      const panel = f.let(begin);
      const whole = f.let(smaller(end, i32(Math.floor(shape.columns / PANEL_COLUMNS))));
      if (panels > 1) f.while(op("i32.le_s", sum(panel, panels), whole), () => multiply(panel, panels));
      f.while(op("i32.lt_s", panel, end), () => multiply(panel, 1));
    });
  }
}

/** Blocks of the weights, widened to f32 where they are not, stay in the cache while all rows pass. */
function multiplyManyRows(f: FunctionBuilder, shape: Shape, parameters: Parameters): void {
  const { weight, rows, workspace, begin, end } = parameters;
  const { depth, element } = shape;
  const isWide = element === "f32";
  const panelStride = isWide ? depth * stepBytes("f32") : STRETCH_BYTES;
  f.for(begin, end, GROUP, (first) => {
    const last = f.let(smaller(sum(first, GROUP), end));
    f.for(0, depth, STRETCH, (k) => {
      const count = f.let(smaller(op("i32.sub", i32(depth), k), i32(STRETCH)));
      if (!isWide) widen(f, shape, { weight, workspace, first, last, k, count });
      const at = isWide ? sum(weight, product(first, panelStride), product(k, stepBytes("f32"))) : workspace;
      const block = { weight: f.let(at), panelStride, first, last, k, count };
      const row = f.let(i32(0));
      f.repeat(
        () => {
          multiplyRows(f, shape, parameters, block, row, TILE_ROWS);
          f.advance(row, TILE_ROWS);
        },
        op("i32.le_s", sum(row, TILE_ROWS), rows),
      );
      for (let rest = 1; rest < TILE_ROWS; rest++)
        f.if(op("i32.eq", op("i32.sub", rows, row), rest), () =>
          multiplyRows(f, shape, parameters, block, row, rest),
        );
    });
  });
}

/** Panels `first` ≤ p < `last` over depths from `k` on; `weight` is where the first one starts. */
interface Block {
  readonly weight: Local;
  readonly first: Local;
  readonly last: Local;
  readonly k: Local;
  readonly count: Local;
}

/** Some rows from one on, by a block of f32 weights. */
function multiplyRows(
  f: FunctionBuilder,
  shape: Shape,
  { input, output }: Parameters,
  block: Block & { readonly panelStride: number },
  row: Local,
  rows: number,
): void {
  const { columns, depth } = shape;
  const { weight, panelStride, first, last, k, count } = block;
  const read = weightReader(f, "f32");
  f.for(first, last, 1, (panel) => {
    const place = {
      input: sum(input, product(sum(product(row, depth), k), 4)),
      weight: sum(weight, product(op("i32.sub", panel, first), panelStride)),
      output: sum(output, product(sum(product(row, columns), product(panel, PANEL_COLUMNS)), 4)),
      count,
      continues: k,
    };
    const step = stepBytes("f32");
    multiplyAndStore(f, shape, { rows, panels: 1, panelStride, step, read, panel }, place);
  });
}

/** Writes a block to the workspace as f32, panel by panel. */
function widen(
  f: FunctionBuilder,
  { depth, element }: Shape,
  { weight, workspace, first, last, k, count }: Block & { readonly workspace: Local },
): void {
  const step = stepBytes(element);
  const read = weightReader(f, element);
  const start = f.let(workspace);
  f.for(first, last, 1, (panel) => {
    const from = f.let(sum(weight, product(sum(product(panel, depth), k), step)));
    const stop = f.let(sum(from, product(count, step)));
    const to = f.let(start);
    f.repeat(
      () => {
        for (const [i, half] of read(from, 0).entries()) f.store("v128.store", to, half, 16 * i);
        f.advance(from, step);
        f.advance(to, stepBytes("f32"));
      },
      op("i32.lt_u", from, stop),
    );
    f.advance(start, STRETCH_BYTES);
  });
}

/** Of the last panel, only the columns that there are are stored; several panels side by side are whole ones. */
function multiplyAndStore(
  f: FunctionBuilder,
  { columns, depth, features }: Shape,
  tile: Omit<Tile, "inputStride" | "outputStride" | "features"> & { readonly panel: Local },
  place: TilePlace,
): void {
  const rest = columns % PANEL_COLUMNS;
  const strides = { inputStride: depth * 4, outputStride: columns * 4, features };
  multiplyTile(f, { ...tile, ...strides }, place, (output, offset, low, high) => {
    const all = () => {
      f.store("v128.store", output, low, offset);
      f.store("v128.store", output, high, offset + 16);
    };
    if (rest === 0 || tile.panels > 1) return all();
    const isPartial = op("i32.eq", tile.panel, Math.floor(columns / PANEL_COLUMNS));
    const some = () => {
      const at = f.let(sum(output, offset));
      storeFirst(f, at, low, Math.min(rest, 4));
      if (rest > 4) storeFirst(f, f.let(sum(at, 16)), high, rest - 4);
    };
    f.if(isPartial, some, all);
  });
}
