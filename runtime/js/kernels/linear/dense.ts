import { type Expression, i32, type Local, op, product, select, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { defineKernel, type Features } from "../../kernel.ts";
import { describeEpilogue, type Epilogue, epilogueParameters } from "../epilogue.ts";
import { finishColumns } from "./dense-finish.ts";
import { multiplyTile, type Tile } from "./dense-tile.ts";
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
import type { LinearForm } from "./form.ts";

export interface DenseLinear extends DenseWeight {
  readonly epilogue: Epilogue;
}

/** Panels whose weights, over a stretch of the depth, stay in the first-level cache while all rows pass. */
const GROUP = Number(process.env.GROUP ?? 4);
const STRETCH = Number(process.env.STRETCH ?? 256);
/** Bytes of one stretch of a panel in f32. */
const STRETCH_BYTES = STRETCH * PANEL_COLUMNS * 4;

const P1 = Number(process.env.P1 ?? 4),
  P2 = Number(process.env.P2 ?? 2);

export function denseLinear(linear: DenseLinear): LinearForm {
  const { columns, depth, epilogue } = linear;
  const element = storedElement(linear);
  const kernel = defineKernel({
    name: `dense_linear_${element}_${columns}x${depth}${describeEpilogue(epilogue)}`,
    parameters: ["input", "weight", "output", "rows", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const shape = { columns, depth, element, features };
      f.if(
        op("i32.lt_s", parameters.rows, 4),
        () => multiplyFewRows(f, shape, parameters),
        () => multiplyManyRows(f, shape, parameters),
      );
      finishColumns(f, { columns, epilogue }, parameters);
    },
  });
  return {
    kernel,
    weight: packDense(linear),
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

/** One to three rows: weights are read once, from several panels at a time so that memory is kept busy. */
function multiplyFewRows(f: FunctionBuilder, shape: Shape, parameters: Parameters): void {
  const { input, weight, output, rows, begin, end } = parameters;
  const step = stepBytes(shape.element);
  const panelStride = shape.depth * step;
  const read = weightReader(f, shape.element);
  for (const [count, panels] of [
    [1, P1],
    [2, P2],
    [3, 1],
  ] as const) {
    const run = (panel: Local, at: number) =>
      storeTile(
        f,
        shape,
        { rows: count, panels: at, panelStride, step, read, panel },
        {
          input,
          weight: sum(weight, product(panel, panelStride)),
          output: sum(output, product(panel, PANEL_COLUMNS * 4)),
          count: i32(shape.depth),
          continues: i32(0),
        },
      );
    f.if(op("i32.eq", rows, count), () => {
      const panel = f.let(begin);
      if (panels > 1) {
        const whole = f.let(lesser(end, i32(Math.floor(shape.columns / PANEL_COLUMNS))));
        f.while(op("i32.le_s", sum(panel, panels), whole), () => {
          run(panel, panels);
          f.advance(panel, panels);
        });
      }
      f.while(op("i32.lt_s", panel, end), () => {
        run(panel, 1);
        f.advance(panel, 1);
      });
    });
  }
}

/** Blocks of the weights, widened to f32 where they are not, pass under all rows. */
function multiplyManyRows(f: FunctionBuilder, shape: Shape, parameters: Parameters): void {
  const { input, weight, output, rows, workspace, begin, end } = parameters;
  const { columns, depth, element } = shape;
  const isWide = element === "f32";
  const panelStride = isWide ? depth * stepBytes("f32") : STRETCH_BYTES;
  const step = stepBytes("f32");
  const read = weightReader(f, "f32");
  f.for(begin, end, GROUP, (first) => {
    const last = f.let(lesser(sum(first, GROUP), end));
    f.for(i32(0), i32(depth), STRETCH, (k) => {
      const count = f.let(lesser(op("i32.sub", i32(depth), k), i32(STRETCH)));
      const block = isWide
        ? f.let(sum(weight, product(first, panelStride), product(k, step)))
        : widen(f, shape, { weight, workspace, first, last, k, count });
      const run = (row: Local, tileRows: number) => {
        f.for(first, last, 1, (panel) => {
          storeTile(
            f,
            shape,
            { rows: tileRows, panels: 1, panelStride, step, read, panel },
            {
              input: sum(input, product(sum(product(row, depth), k), 4)),
              weight: sum(block, product(op("i32.sub", panel, first), panelStride)),
              output: sum(output, product(sum(product(row, columns), product(panel, PANEL_COLUMNS)), 4)),
              count,
              continues: k,
            },
          );
        });
      };
      const row = f.let(i32(0));
      const RT = shape.features.relaxed ? Number(process.env.RT ?? 4) : 4;
      f.repeat(
        () => {
          run(row, RT);
          f.advance(row, RT);
        },
        op("i32.le_s", sum(row, RT), rows),
      );
      for (let tail = RT - 1; tail >= 1; tail--)
        f.if(op("i32.eq", op("i32.sub", rows, row), tail), () => run(row, tail));
    });
  });
}

interface Block {
  readonly weight: Local;
  readonly workspace: Local;
  readonly first: Local;
  readonly last: Local;
  readonly k: Local;
  readonly count: Local;
}

/** Writes a stretch of a group of panels to the workspace as f32, panel by panel; gives its address. */
function widen(f: FunctionBuilder, { depth, element }: Shape, block: Block): Local {
  const { weight, workspace, first, last, k, count } = block;
  const step = stepBytes(element);
  const read = weightReader(f, element);
  const to = f.let(workspace);
  f.for(first, last, 1, (panel) => {
    const from = f.let(sum(weight, product(sum(product(panel, depth), k), step)));
    const stop = f.let(sum(from, product(count, step)));
    const target = f.let(to);
    f.repeat(
      () => {
        for (const [i, half] of read(from, 0).entries()) f.store("v128.store", target, half, 16 * i);
        f.advance(from, step);
        f.advance(target, PANEL_COLUMNS * 4);
      },
      op("i32.lt_u", from, stop),
    );
    f.advance(to, STRETCH_BYTES);
  });
  return workspace;
}

/** Multiplies one tile and stores its sums; of the last panel only the columns that there are. */
function storeTile(
  f: FunctionBuilder,
  { columns, depth, features }: Shape,
  tile: Omit<Tile, "inputStride" | "outputStride" | "features"> & { readonly panel: Local },
  place: Parameters0,
): void {
  const rest = columns % PANEL_COLUMNS;
  const strides = { inputStride: depth * 4, outputStride: columns * 4, features };
  multiplyTile(f, { ...tile, ...strides }, place, (output, offset, low, high) => {
    const all = () => {
      f.store("v128.store", output, low, offset);
      f.store("v128.store", output, high, offset + 16);
    };
    if (rest === 0 || tile.panels > 1) return all();
    f.if(
      op("i32.eq", tile.panel, Math.floor(columns / PANEL_COLUMNS)),
      () => {
        for (let lane = 0; lane < rest; lane++)
          f.storeLane("v128.store32_lane", output, lane < 4 ? low : high, lane % 4, offset + 4 * lane);
      },
      all,
    );
  });
}
type Parameters0 = Parameters_["2"];
type Parameters_ = globalThis.Parameters<typeof multiplyTile>;

const lesser = (a: Expression, b: Expression): Expression => select(a, b, op("i32.lt_s", a, b));
