import { extract, type Local, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { codeBytes, codeOffset, storeCodes } from "./codes.ts";
import type { ScaleFormat } from "./group-scale.ts";
import { forFours } from "./lanes.ts";
import { encoder, type IntegerCodes, scaleOfRange, widen } from "./quantize-group.ts";
import { splat } from "./vector-math.ts";

/** A block of rows in which each column has a scale, as the keys of KIVI are rounded. */
export interface ColumnQuantization {
  /** Rows of a block. */
  readonly rows: number;
  readonly columns: number;
  /** Elements from a row to the next, of floats as of codes. */
  readonly stride: number;
  readonly codes: IntegerCodes;
  readonly format: ScaleFormat;
}

/** Addresses of what belongs to the first column of a block. */
export interface ColumnBlock {
  /** f32, finite. */
  readonly input: Local;
  readonly codes: Local;
  /** f32 by column, as shifts are; zero points are i32. */
  readonly scales: Local;
  readonly zeros: Local | undefined;
  readonly shifts: Local | undefined;
}

/** Rounds a block of rows to codes as lowp.quantize does, bit by bit, with a scale by column. */
export function quantizeColumns(
  f: FunctionBuilder,
  quantization: ColumnQuantization,
  { input, codes, scales, zeros, shifts }: ColumnBlock,
): void {
  const { rows, columns, stride, codes: integers } = quantization;
  const bytes = codeBytes[integers.storage];
  forFours(f, columns, (offset, lanes) => {
    const places = {
      step: f.let(sum(scales, offset)),
      origin: zeros && f.let(sum(zeros, offset)),
      shift: shifts && f.let(sum(shifts, offset)),
    };
    const place = f.let(sum(input, offset));
    storeScales(f, quantization, { place, lanes, places });
    const held = (address: Local | undefined) => address && f.let(load("v128.load", address));
    const encode = encoder(f, integers, {
      step: f.let(load("v128.load", places.step)),
      origin: held(places.origin),
      shift: held(places.shift),
    });
    const code = f.let(sum(codes, codeOffset(integers.storage, offset)));
    f.for(0, rows, 1, () => {
      storeCodes(f, integers.storage, code, encode(load("v128.load", place)), lanes);
      f.advance(place, 4 * stride);
      f.advance(code, stride * bytes);
    });
  });
}

interface FourColumns {
  /** Of the first row. */
  readonly place: Local;
  readonly lanes: number;
  readonly places: {
    readonly step: Local;
    readonly origin: Local | undefined;
    readonly shift: Local | undefined;
  };
}

/** Finds the scales of up to four columns and stores them. */
function storeScales(
  f: FunctionBuilder,
  { rows, stride, codes, format }: ColumnQuantization,
  { place, lanes, places }: FourColumns,
): void {
  const value = f.let(load("v128.load", place));
  const first = f.let(codes.shift ? value : splat(0));
  const [least, most] = [f.let(first), f.let(first)];
  const row = f.let(place);
  f.for(0, rows, 1, () => {
    f.set(value, load("v128.load", row));
    widen(f, least, most, value);
    f.advance(row, 4 * stride);
  });
  for (let lane = 0; lane < lanes; lane++) {
    const low = f.let(extract("f32x4.extract_lane", least, lane));
    const high = f.let(extract("f32x4.extract_lane", most, lane));
    const { step, origin, shift } = scaleOfRange(f, codes, format, { low, high });
    f.store("f32.store", places.step, step, 4 * lane);
    if (places.origin && origin) f.store("i32.store", places.origin, origin, 4 * lane);
    if (places.shift && shift) f.store("f32.store", places.shift, shift, 4 * lane);
  }
}
