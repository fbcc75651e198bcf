import { extract, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { codeBytes, storeCodes } from "./codes.ts";
import { describeScaleFormat, type ScaleFormat } from "./group-scale.ts";
import { elementAt, forFours } from "./lanes.ts";
import { describeOffset, encoder, type IntegerCodes, scaleOfRange, widen } from "./quantize-group.ts";
import { splat } from "./vector-math.ts";

/** Blocks of rows in which each column has a scale, as the keys of KIVI are rounded. */
export interface ColumnQuantization {
  /** Rows of a block. */
  readonly rows: number;
  readonly columns: number;
  readonly codes: IntegerCodes;
  readonly format: ScaleFormat;
}

/**
 * Rounds blocks of rows to codes as lowp.quantize does, bit by bit, with a scale by column. Parameters: `input` [blocks ·
 * rows, columns] f32, finite, `codes` as many, `scales` f32 and, where there are such, `zeros` i32 or `shifts` f32, all
 * [blocks, columns]. A unit of work is a block.
 */
export function quantizeColumns({ rows, columns, codes: integers, format }: ColumnQuantization): Kernel {
  const { storage, range, zero, shift } = integers;
  return defineKernel({
    name: `quantize_columns_${rows}_${columns}_${storage}_${range}${describeOffset(integers)}_${describeScaleFormat(format)}`,
    parameters: [
      ...(["input", "codes", "scales"] as const),
      ...(zero ? (["zeros"] as const) : []),
      ...(shift ? (["shifts"] as const) : []),
    ],
    build(f, { input, codes, scales, zeros, shifts, begin, end }) {
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, rows * columns));
        const block = f.let(op("i32.mul", unit, 4 * columns));
        const [source, target] = [elementAt(input, first), elementAt(codes, first, codeBytes[storage])];
        const [inputs, outputs] = [f.let(source), f.let(target)];
        forFours(f, columns, (offset, lanes) => {
          const at = f.let(sum(block, offset));
          const places = {
            step: f.let(sum(scales, at)),
            origin: zero && f.let(sum(zeros, at)),
            shift: shift && f.let(sum(shifts, at)),
          };
          const place = f.let(sum(inputs, offset));
          storeScales(f, { rows, columns, codes: integers, format }, { place, lanes, places });
          const held = (address: Local | undefined) => address && f.let(load("v128.load", address));
          const encode = encoder(f, integers, {
            step: f.let(load("v128.load", places.step)),
            origin: held(places.origin),
            shift: held(places.shift),
          });
          const shrunk = op("i32.shr_u", offset, codeBytes[storage] === 1 ? 2 : 1);
          const code = f.let(sum(outputs, shrunk));
          f.for(0, rows, 1, () => {
            storeCodes(f, storage, code, encode(load("v128.load", place)), lanes);
            f.advance(place, 4 * columns);
            f.advance(code, columns * codeBytes[storage]);
          });
        });
      });
    },
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
  { rows, columns, codes, format }: ColumnQuantization,
  { place, lanes, places }: FourColumns,
): void {
  const value = f.let(load("v128.load", place));
  const first = f.let(codes.shift ? value : splat(0));
  const [least, most] = [f.let(first), f.let(first)];
  const row = f.let(place);
  f.for(0, rows, 1, () => {
    f.set(value, load("v128.load", row));
    widen(f, least, most, value);
    f.advance(row, 4 * columns);
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
