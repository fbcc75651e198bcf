import { type Expression, type Local, op, product, shuffle, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { finish } from "../epilogue.ts";
import { field, type IntegerCode, zeroVector } from "./integer-code.ts";
import { sumsOffset, zerosOffset } from "./integer-layout.ts";
import { RECORD } from "./integer-records.ts";

/** Bytes of f64 sums of 16 outputs, and of as many sums of stretches that go on. They stand first in the workspace. */
export const SUMS_BYTES = 256;
const CARRIED = 128;

/**
 * Four neighbouring columns of a panel: which of the panel's, where their f64 sums stand in the workspace, and the
 * scales of their weights in the piece, as two f64x2.
 */
export interface Quad {
  readonly quad: number;
  readonly slot: number;
  readonly scales: readonly Local[];
}

/** Sets the sums of some quads, from the first slot on, to +0. */
export function clearSums({ f, p }: IntegerCode, slots: number): void {
  for (let half = 0; half < 2 * slots; half++) {
    f.store("v128.store", p.workspace, zeroVector, 16 * half);
    f.store("v128.store", p.workspace, zeroVector, CARRIED + 16 * half);
  }
}

/**
 * Adds a piece's sums of products of codes (i32x4, modulo 2^32) to the f64 sums of a quad: after taking off what zero
 * points added they are exact, and so is their sum over the pieces of a stretch; at its end that is multiplied by the
 * product of the scales.
 */
export function addPiece(code: IntegerCode, products: Local, at: PieceAddresses, place: Quad): void {
  const { layout } = code;
  const halves = stepHalves(code, products, at, place.quad);
  if (layout.pieces.every(({ endsStretch }) => endsStretch)) addScaled(code, halves, at, place);
  else addCarried(code, halves, at, place);
}

/** What is left of a piece's sums of products of codes without what zero points added, as two halves (f64x2). */
function stepHalves(code: IntegerCode, products: Local, at: PiecePlaces, quad: number): readonly Local[] {
  const steps = code.f.let(withoutZeros(code, products, at, quad));
  return [steps, upperHalf(steps)].map((half) => code.f.let(op("f64x2.convert_low_i32x4_s", half)));
}

/** Where code finds the head of the piece in the panel, its record, its entry in the table of pieces. */
export interface PieceAddresses {
  readonly head: Local;
  readonly record: Local;
  readonly entry: Local;
}

type PiecePlaces = Omit<PieceAddresses, "entry">;

/**
 * The f64 sums (two f64x2) of four columns of a panel, one row and the whole depth where that is one piece. They start
 * at +0, as all sums do, so that a product of −0 gives +0.
 */
export function totalsOfPiece(
  code: IntegerCode,
  products: Local,
  at: PiecePlaces,
  { quad, scales }: Omit<Quad, "slot">,
): readonly Expression[] {
  const activation = code.f.let(load("v128.load64_splat", at.record, RECORD.scale));
  return stepHalves(code, products, at, quad).map((half, i) =>
    op("f64x2.add", op("f64x2.mul", half, op("f64x2.mul", activation, scales[i]!)), zeroVector),
  );
}

/** Adds two halves (f64x2) of a quad's sums over a stretch, times their scales. */
function addScaled(
  code: IntegerCode,
  halves: readonly Local[],
  { record }: PieceAddresses,
  { scales, slot }: Quad,
): void {
  const { f, p } = code;
  const activation = f.let(load("v128.load64_splat", record, RECORD.scale));
  for (const [half, stretch] of halves.entries()) {
    const scaled = op("f64x2.mul", stretch, op("f64x2.mul", activation, scales[half]!));
    const place = 32 * slot + 16 * half;
    const before = load("v128.load", p.workspace, place);
    f.store("v128.store", p.workspace, op("f64x2.add", before, scaled), place);
  }
}

/** Adds four sums of steps (i32x4), times their scales, to as many f64 at an address. */
export function addScaledLanes(
  f: FunctionBuilder,
  steps: Local,
  {
    activation,
    scales,
    total,
    offset,
  }: {
    /** The scale of the row's activations, as f64x2. */
    readonly activation: Local;
    /** Those of the weights, as two f64x2. */
    readonly scales: readonly Expression[];
    readonly total: Local;
    readonly offset: number;
  },
): void {
  for (const [half, part] of [steps, upperHalf(steps)].entries()) {
    const scaled = op(
      "f64x2.mul",
      op("f64x2.convert_low_i32x4_s", part),
      op("f64x2.mul", activation, scales[half]!),
    );
    const place = offset + 16 * half;
    f.store("v128.store", total, op("f64x2.add", load("v128.load", total, place), scaled), place);
  }
}

/** As `addScaled` where stretches can have several pieces: those before the last are kept. */
function addCarried(code: IntegerCode, halves: readonly Local[], at: PieceAddresses, place: Quad): void {
  const { f, p } = code;
  const carried = [0, 16].map((offset) => CARRIED + 32 * place.slot + offset);
  const keep = (values: readonly Expression[]): void => {
    for (const [half, value] of values.entries()) f.store("v128.store", p.workspace, value, carried[half]!);
  };
  for (const [half, stretch] of halves.entries())
    f.set(stretch, op("f64x2.add", stretch, load("v128.load", p.workspace, carried[half]!)));
  f.if(
    field(at.entry, "endsStretch"),
    () => {
      addScaled(code, halves, at, place);
      keep([zeroVector, zeroVector]);
    },
    () => keep(halves),
  );
}

/** Σ (c − z) (x − y) of Σ c x, where codes c of weights have a zero point z, and x of activations y. */
function withoutZeros(
  { f, layout, activations }: IntegerCode,
  products: Local,
  { head, record }: PiecePlaces,
  quad: number,
): Expression {
  const sumOfCodes = load("v128.load32_splat", record, RECORD.sum);
  const steps = f.let(products);
  const subtract = (value: Expression): void => f.set(steps, op("i32x4.sub", steps, value));
  if (layout.zero === "each") {
    const zeros = load("v128.load", head, zerosOffset(layout) + 16 * quad);
    subtract(op("i32x4.mul", zeros, sumOfCodes));
  } else if (layout.zero !== 0) subtract(sumOfCodes);
  if (activations.hasZeros) {
    const sums = load("v128.load", head, sumsOffset(layout) + 16 * quad);
    subtract(op("i32x4.mul", sums, load("v128.load32_splat", record, RECORD.zero)));
  }
  return steps;
}

/** The scales of weights of a quad of a panel in the piece with a head, as two f64x2. */
export const quadScales = ({ f, layout }: IntegerCode, head: Local, quad: number): readonly Local[] =>
  [2 * quad, 2 * quad + 1].map((pair) =>
    f.let(
      layout.scaleBytes === 8
        ? load("v128.load", head, 16 * pair)
        : op("f64x2.promote_low_f32x4", load("v128.load64_zero", head, 8 * pair)),
    ),
  );

const upperHalf = (vector: Expression): Expression =>
  shuffle(vector, vector, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);

/** Writes four outputs of a row from their f64 sums in the workspace. */
export const writeOutputs = (code: IntegerCode, row: Local, column: Local, slot: number): void =>
  writeTotals(
    code,
    row,
    column,
    [0, 16].map((offset) => load("v128.load", code.p.workspace, 32 * slot + offset)),
  );

/**
 * Writes four outputs of a row from their f64 sums (two f64x2): adds the bias in f64, rounds to f32, does the rest of
 * the epilogue. Columns behind the last are not written.
 */
export function writeTotals(
  code: IntegerCode,
  row: Local,
  column: Local,
  totals: readonly Expression[],
): void {
  const { f, p, layout, epilogue } = code;
  const inRow = f.let(product(column, 4));
  const inOutput = f.let(sum(product(row, layout.columns * 4), inRow));
  const [low, high] = totals.map((total, half) => {
    if (!epilogue.bias) return op("f32x4.demote_f64x2_zero", total);
    const bias = op("f64x2.promote_low_f32x4", load("v128.load64_zero", sum(p.bias, inRow), 8 * half));
    return op("f32x4.demote_f64x2_zero", op("f64x2.add", total, bias));
  });
  const rounded = shuffle(low!, high!, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]);
  const value = f.let(finish(f, { ...epilogue, bias: false }, p, rounded, { inRow, inOutput }));
  const address = f.let(sum(p.output, inOutput));
  const rest = layout.columns % 4;
  f.if(
    op("i32.le_s", column, layout.columns - 4),
    () => f.store("v128.store", address, value),
    () => {
      for (let lane = 0; lane < rest; lane++)
        f.storeLane("v128.store32_lane", address, value, lane, 4 * lane);
    },
  );
}
