import { type Expression, extract, type Local, op, product, sum, v128 } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import type { Features } from "../../kernel.ts";
import type { DecodedMatrix, Extents, OpenDecoder } from "./quantized-decoder.ts";
import { HALF_BYTES, loadStep, QUADS, ROW_BYTES, stepBytes, stepOf } from "./quantized-panel.ts";
import type { WeightLayout } from "./quantized-weight.ts";

/** What the code of a kernel is made from: shapes, and the variables that all of its parts read. */
export interface Loops extends Extents {
  readonly f: FunctionBuilder;
  readonly features: Features;
  readonly matrix: DecodedMatrix;
  readonly layout: WeightLayout;
  readonly decoder: OpenDecoder;
  /** Addresses of totals [rows of a tile, 16], of the sums of runs of rows, and of decoded levels [2, depth, 8]. */
  readonly totals: Local;
  readonly sums: Local;
  readonly panel: Local;
}

/** A vector of zeros. */
export const zero = v128(new Uint8Array(16));

/** a · b + c, rounded once where the engine offers that. */
export const multiplyAdd = (features: Features, a: Expression, b: Expression, c: Expression): Expression =>
  features.relaxed ? op("f32x4.relaxed_madd", a, b, c) : op("f32x4.add", c, op("f32x4.mul", a, b));

/** Code for each run: a loop over those of equal length, and the shorter last one. */
export function forRuns(
  f: FunctionBuilder,
  { runs, length, lastLength }: WeightLayout,
  body: (length: number) => void,
): void {
  const equal = lastLength === length ? runs : runs - 1;
  if (equal === 1) body(length);
  if (equal > 1) f.for(0, equal, 1, () => body(length));
  if (lastLength !== length) body(lastLength);
}

/** Code for the steps of a run's codes at `codes`, which it advances: a loop over whole ones, and the rest. */
export function forSteps(
  { f, bits }: { readonly f: FunctionBuilder; readonly bits: number },
  codes: Local,
  length: number,
  body: (depths: number, vectors: Local[]) => void,
): void {
  const step = (depths: number) => {
    body(depths, loadStep(f, codes, bits));
    f.advance(codes, stepBytes(bits));
  };
  const whole = Math.floor(length / stepOf(bits));
  const end = f.let(sum(codes, whole * stepBytes(bits)));
  if (whole > 0) f.repeat(() => step(stepOf(bits)), op("i32.ne", codes, end));
  if (length % stepOf(bits) > 0) step(length % stepOf(bits));
}

/** Writes the levels of the panel of columns at `unit` to the workspace. */
export function decodePanel(loops: Loops, unit: Expression): void {
  const { f, layout, decoder, matrix } = loops;
  const weight = f.let(unit);
  const panel = f.let(loops.panel);
  forRuns(f, layout, (length) => {
    decoder.startRun(sum(weight, layout.perRun));
    f.advance(weight, layout.codes);
    forSteps({ f, bits: matrix.decoder.bits }, weight, length, (depths, vectors) => {
      for (let depth = 0; depth < depths; depth++)
        for (const [quad, level] of decoder.levels(vectors, depth).entries())
          f.store("v128.store", panel, level, panelOffset(loops, quad) + depth * HALF_BYTES);
      f.advance(panel, depths * HALF_BYTES);
    });
  });
}

/** Where a quad of columns stands in a decoded panel, in bytes. */
export const panelOffset = ({ depth }: Loops, quad: number): number =>
  Math.floor(quad / 2) * depth * HALF_BYTES + (quad % 2) * 16;

/** Totals of one row, whose levels are decoded as they are used. */
export function multiplyRow(loops: Loops, row: Expression, unit: Expression): void {
  const { f, layout, decoder, matrix, features } = loops;
  const input = f.let(row);
  const weight = f.let(unit);
  const start = f.local("i32");
  const sums = f.let(loops.sums);
  const parts = Array.from({ length: QUADS }, () => f.local("v128"));
  clearTotals(loops, 1);
  forRuns(f, layout, (length) => {
    f.set(start, weight);
    decoder.startRun(sum(start, layout.perRun));
    for (const part of parts) f.set(part, zero);
    f.advance(weight, layout.codes);
    forSteps({ f, bits: matrix.decoder.bits }, weight, length, (depths, vectors) => {
      for (let depth = 0; depth < depths; depth++) {
        const x = f.let(load("v128.load32_splat", input, 4 * depth));
        for (const [quad, level] of decoder.levels(vectors, depth).entries())
          f.set(parts[quad]!, multiplyAdd(features, x, level, parts[quad]!));
      }
      f.advance(input, 4 * depths);
    });
    for (const [quad, part] of parts.entries()) addRun(loops, part, { row: 0, quad, start, sums });
    f.advance(sums, 4);
  });
}

/** Totals of `rows` neighbouring rows by a decoded panel; four take one half of its columns after the other. */
export function multiplyTile(
  loops: Loops,
  rows: number,
  from: Readonly<Record<"row" | "unit" | "sumsOfRow", Expression>>,
): void {
  const { f, panel, totals, depth } = loops;
  clearTotals(loops, rows);
  if (rows < 4) {
    multiplyPart(loops, rows, QUADS, { ...from, panel, totals });
    return;
  }
  f.for(0, ROW_BYTES, HALF_BYTES, (half) =>
    multiplyPart(loops, rows, QUADS / 2, {
      ...from,
      unit: sum(from.unit, half),
      panel: sum(panel, product(half, depth)),
      totals: sum(totals, half),
    }),
  );
}

function multiplyPart(
  loops: Loops,
  rows: number,
  quads: number,
  at: Readonly<Record<"row" | "unit" | "sumsOfRow" | "panel" | "totals", Expression>>,
): void {
  const { f, layout, features, depth } = loops;
  const input = f.let(at.row);
  const panel = f.let(at.panel);
  const start = f.let(at.unit);
  const sums = f.let(at.sumsOfRow);
  const totals = f.let(at.totals);
  const parts = Array.from({ length: rows }, () => Array.from({ length: quads }, () => f.local("v128")));
  forRuns(f, layout, (length) => {
    for (const part of parts.flat()) f.set(part, zero);
    const end = f.let(sum(input, 4 * length));
    f.repeat(
      () => {
        const levels = Array.from({ length: quads }, (_, quad) =>
          f.let(load("v128.load", panel, panelOffset(loops, quad))),
        );
        for (const [row, ofRow] of parts.entries()) {
          const x = f.let(load("v128.load32_splat", input, row * depth * 4));
          for (const [quad, part] of ofRow.entries())
            f.set(part, multiplyAdd(features, x, levels[quad]!, part));
        }
        f.advance(panel, HALF_BYTES);
        f.advance(input, 4);
      },
      op("i32.ne", input, end),
    );
    for (const [row, ofRow] of parts.entries())
      for (const [quad, part] of ofRow.entries())
        addRun({ ...loops, totals }, part, { row, quad, start, sums });
    f.advance(start, layout.runBytes);
    f.advance(sums, 4);
  });
}

/** Sets the totals of so many rows of a tile to zero. */
export function clearTotals({ f, totals }: Loops, rows: number): void {
  for (let at = 0; at < rows * ROW_BYTES; at += 16) f.store("v128.store", totals, zero, at);
}

/**
 * Adds a run's sum of x · level, times its scale, and its sum of x, times its shift, to a total; `start` is where the run
 * is in the weight, `sums` what is at the first row's sum of x.
 */
export function addRun(
  { f, features, totals, layout, matrix }: Loops,
  part: Local,
  at: { readonly row: number; readonly quad: number; readonly start: Local; readonly sums: Local },
): void {
  const { row, quad, start, sums } = at;
  const offset = row * ROW_BYTES + 16 * quad;
  const scale = load("v128.load", start, 16 * quad);
  const scaled = multiplyAdd(features, part, scale, load("v128.load", totals, offset));
  if (!matrix.shifts) {
    f.store("v128.store", totals, scaled, offset);
    return;
  }
  const shift = load("v128.load", start, layout.shifts + 16 * quad);
  const ofRun = load("v128.load32_splat", sums, 4 * row * layout.runs);
  f.store("v128.store", totals, multiplyAdd(features, ofRun, shift, scaled), offset);
}

/** Writes Σ x of each run of one row to `sums`. */
export function sumRuns({ f, layout }: Loops, row: Expression, sums: Expression): void {
  const input = f.let(row);
  const to = f.let(sums);
  const four = f.local("v128");
  const total = f.local("f32");
  forRuns(f, layout, (length) => {
    f.set(four, zero);
    const end = f.let(sum(input, 16 * Math.floor(length / 4)));
    f.while(op("i32.ne", input, end), () => {
      f.set(four, op("f32x4.add", four, load("v128.load", input)));
      f.advance(input, 16);
    });
    const lane = (i: number) => extract("f32x4.extract_lane", four, i);
    f.set(total, op("f32.add", op("f32.add", lane(0), lane(1)), op("f32.add", lane(2), lane(3))));
    for (let i = 0; i < length % 4; i++) f.set(total, op("f32.add", total, load("f32.load", input, 4 * i)));
    f.advance(input, 4 * (length % 4));
    f.store("f32.store", to, total);
    f.advance(to, 4);
  });
}
