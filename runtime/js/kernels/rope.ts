import { type Expression, i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { loadPair, shuffleLanes } from "./lanes.ts";

/** `nn.rope` of heads [tokens, heads, width]; pairs are (2j, 2j + 1) if `interleaved`, else (j, j + width / 2). */
export interface Rope {
  readonly heads: number;
  /** Even. */
  readonly width: number;
  readonly interleaved: boolean;
}

/** What the angles of `nn.rope` depend on. */
export interface RopeAngles {
  readonly theta: number;
  readonly width: number;
  /** The j in the angle of the pair at each place; its own place where left out. */
  readonly pairs?: readonly number[] | undefined;
}

/** Cosines and sines of the angles of all pairs at positions 0 … count - 1, each [count, width / 2]. */
export interface RopeTable {
  readonly cosines: Float32Array<ArrayBuffer>;
  readonly sines: Float32Array<ArrayBuffer>;
}

/** Of position · theta^(-2j / width), computed in f64 and rounded once, as the interpreter does. */
export function ropeTable({ theta, width, pairs }: RopeAngles, count: number): RopeTable {
  const half = width / 2;
  const frequencies = Array.from(
    { length: half },
    (_, place) => theta ** ((-2 * (pairs?.[place] ?? place)) / width),
  );
  const angles = Float64Array.from(
    { length: count * half },
    (_, index) => Math.floor(index / half) * frequencies[index % half]!,
  );
  return { cosines: Float32Array.from(angles, Math.cos), sines: Float32Array.from(angles, Math.sin) };
}

/**
 * Turns pairs by the angles of their positions: f64 products and sums, rounded once, so the same bits as the
 * interpreter. Parameters: `input` and `output`, which may be the same, [tokens, heads, width] f32; `positions`
 * [tokens] i32, each within the table; `cosines` and `sines`. A unit of work is a token.
 */
export function rope({ heads, width, interleaved }: Rope): Kernel {
  const half = width / 2;
  return defineKernel({
    name: `rope_${heads}_${width}${interleaved ? "_interleaved" : ""}`,
    parameters: ["input", "output", "positions", "cosines", "sines"],
    build(f, { input, output, positions, cosines, sines, begin, end }) {
      f.for(begin, end, 1, (token) => {
        const position = load("i32.load", sum(positions, op("i32.shl", token, 2)));
        const angle = f.let(op("i32.mul", position, 4 * half));
        const [cosine, sine] = [f.let(sum(cosines, angle)), f.let(sum(sines, angle))];
        f.for(0, heads, 1, (head) => {
          const index = sum(op("i32.mul", token, heads), head);
          const first = f.let(op("i32.mul", index, 4 * width));
          const [source, target] = [f.let(sum(input, first)), f.let(sum(output, first))];
          const turn = (offset: Expression, count: 1 | 2) => {
            const at = f.let(offset);
            const angles = { cosine: loadPair(sum(cosine, at)), sine: loadPair(sum(sine, at)) };
            if (interleaved) turnNeighbours(f, { source, target, at, count, ...angles });
            else turnHalves(f, { source, target, at, count, half, ...angles });
          };
          f.for(0, 4 * (half - (half % 2)), 8, (offset) => turn(offset, 2));
          if (half % 2 === 1) turn(i32(4 * (half - 1)), 1);
        });
      });
    },
  });
}

interface Turn {
  readonly source: Local;
  readonly target: Local;
  /** Of the first pair, in bytes from the start of a row of angles. */
  readonly at: Local;
  /** How many pairs there are. */
  readonly count: 1 | 2;
  readonly cosine: Expression;
  readonly sine: Expression;
}

/** Both elements of two pairs (f32 in the lower halves) from theirs as f64x2. */
function turned(f: FunctionBuilder, x: Local, y: Local, turn: Turn): readonly [Local, Local] {
  const [cosine, sine] = [f.let(turn.cosine), f.let(turn.sine)];
  const first = op("f64x2.sub", op("f64x2.mul", x, cosine), op("f64x2.mul", y, sine));
  const second = op("f64x2.add", op("f64x2.mul", y, cosine), op("f64x2.mul", x, sine));
  return [f.let(op("f32x4.demote_f64x2_zero", first)), f.let(op("f32x4.demote_f64x2_zero", second))];
}

function turnHalves(f: FunctionBuilder, turn: Turn & { readonly half: number }): void {
  const { source, target, at, count, half } = turn;
  const place = f.let(sum(source, at));
  const results = turned(f, f.let(loadPair(place)), f.let(loadPair(place, 4 * half)), turn);
  const store = count === 2 ? "v128.store64_lane" : "v128.store32_lane";
  for (const [i, result] of results.entries()) f.storeLane(store, sum(target, at), result, 0, 4 * half * i);
}

function turnNeighbours(f: FunctionBuilder, turn: Turn): void {
  const { source, target, at, count } = turn;
  const pairs = f.let(load("v128.load", sum(source, at, at)));
  const swapped = (lanes: readonly number[]) => shuffleLanes(pairs, pairs, [...lanes, ...lanes]);
  const x = f.let(op("f64x2.promote_low_f32x4", swapped([0, 2])));
  const y = f.let(op("f64x2.promote_low_f32x4", swapped([1, 3])));
  const [first, second] = turned(f, x, y, turn);
  const woven = f.let(shuffleLanes(first, second, [0, 4, 1, 5]));
  const place = f.let(sum(target, at, at));
  if (count === 2) f.store("v128.store", place, woven);
  else f.storeLane("v128.store64_lane", place, woven, 0);
}
