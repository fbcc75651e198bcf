import { type Expression, extract, f64, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { forFours, joinHalves, loadPair, storeFirst, sumOfPair } from "./lanes.ts";
import { splatDouble } from "./vector-math.ts";

/** A norm of rows of `width` elements; `kind` is the `nn` op. */
export interface RowNorm {
  readonly kind: "rms_norm" | "layer_norm";
  readonly width: number;
  readonly epsilon: number;
  /** Whether there is a gain [width]; only a layer norm may have a bias [width]. */
  readonly gain: boolean;
  readonly bias: boolean;
}

export type NormParameter = "gain" | "bias";
export const normParameters = (norm: RowNorm): readonly NormParameter[] =>
  (["gain", "bias"] as const).filter((name) => norm[name]);

export const describeNorm = ({ kind, width, epsilon, gain, bias }: RowNorm): string =>
  `${kind}_${width}_${epsilon}${gain ? "_gain" : ""}${bias ? "_bias" : ""}`;

/**
 * Normalises rows: input [rows, width] f32 to output, which may be the input. Parameters: `input`, `output`, then the
 * addresses that `normParameters` names. A unit of work is a row. All is computed in f64 and rounded once, sums in
 * another order than ascending: within 1 unit in the last place of the exact result, or of the largest term of it.
 */
export function rowNorm(norm: RowNorm): Kernel {
  return defineKernel({
    name: describeNorm(norm),
    parameters: ["input", "output", ...normParameters(norm)],
    build(f, parameters) {
      const { begin, end, input, output } = parameters;
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, 4 * norm.width));
        const [row, target] = [f.let(sum(input, first)), f.let(sum(output, first))];
        normalizeRow(f, norm, row, parameters, (offset, value, count) =>
          storeFirst(f, f.let(sum(target, offset)), value, count),
        );
      });
    },
  });
}

/** Gives four normalised elements, or those that are left, and where they are in bytes from the row's start. */
type TakeNormal = (offset: Local, value: Local, count: number) => void;

/** Normalises the row at an address, four elements after four. */
export function normalizeRow(
  f: FunctionBuilder,
  norm: RowNorm,
  row: Local,
  parameters: Readonly<Partial<Record<NormParameter, Local>>>,
  take: TakeNormal,
): void {
  const { width, epsilon } = norm;
  const center = norm.kind === "layer_norm" ? f.let(meanOf(f, row, width, (x) => x)) : undefined;
  const shift = center && f.let(op("f64x2.splat", center));
  const distance = (x: Expression) => (shift ? op("f64x2.sub", x, shift) : x);
  const squares = meanOf(f, row, width, (x) => {
    const moved = f.let(distance(x));
    return op("f64x2.mul", moved, moved);
  });
  const root = op("f64.sqrt", op("f64.add", squares, epsilon));
  const factor = f.let(op("f64x2.splat", op("f64.div", 1, root)));
  const { gain, bias } = parameters;
  const half = (offset: Local, at: number): Expression => {
    const from = (address: Expression) => loadPair(sum(address, offset), at);
    const normal = op("f64x2.mul", distance(from(row)), factor);
    const scaled = norm.gain && gain ? op("f64x2.mul", normal, from(gain)) : normal;
    // A layer norm adds its bias even where it is 0, which makes -0 into 0.
    const moved = shift ? op("f64x2.add", scaled, norm.bias && bias ? from(bias) : splatDouble(0)) : scaled;
    return op("f32x4.demote_f64x2_zero", moved);
  };
  const four = (offset: Local) => f.let(joinHalves(half(offset, 0), half(offset, 8)));
  forFours(f, width, (offset, count) => take(offset, four(offset), count));
}

/** The mean over a row of what `map` makes of two elements (f64x2): a sum in eight chains, so that additions overlap. */
function meanOf(
  f: FunctionBuilder,
  row: Local,
  width: number,
  map: (x: Expression) => Expression,
): Expression {
  const chains = Array.from({ length: 4 }, () => f.let(splatDouble(0)));
  const whole = width - (width % 8);
  f.for(0, 4 * whole, 32, (offset) => {
    const address = f.let(sum(row, offset));
    for (const [i, chain] of chains.entries())
      f.set(chain, op("f64x2.add", chain, map(loadPair(address, 8 * i))));
  });
  const pairs = chains.slice(1).reduce<Expression>((left, right) => op("f64x2.add", left, right), chains[0]!);
  const result = f.let(sumOfPair(f.let(pairs)));
  for (let index = whole; index < width; index++) {
    const element = op("f64x2.splat", op("f64.promote_f32", load("f32.load", row, 4 * index)));
    f.set(result, op("f64.add", result, extract("f64x2.extract_lane", map(element), 0)));
  }
  return op("f64.div", result, f64(width));
}

/** The inference form of `nn.batch_norm` of input [images, channels, inner] f32. */
export interface BatchNorm {
  readonly channels: number;
  readonly epsilon: number;
}

/**
 * (input - mean) / sqrt(variance + epsilon) · gain + bias by channel, in f64 and rounded once. Parameters: `input`,
 * `output`, which may be the input, `gain`, `bias`, `mean`, `variance` [channels], and `inner`, how many elements one
 * channel of one image has. A unit of work is one channel of one image.
 */
export function batchNorm({ channels, epsilon }: BatchNorm): Kernel {
  return defineKernel({
    name: `batch_norm_${channels}_${epsilon}`,
    parameters: ["input", "output", "gain", "bias", "mean", "variance", "inner"],
    build(f, { input, output, gain, bias, mean, variance, inner, begin, end }) {
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.shl", op("i32.mul", unit, inner), 2));
        const channel = f.let(op("i32.shl", op("i32.rem_u", unit, channels), 2));
        const at = (address: Local) => op("f64.promote_f32", load("f32.load", sum(address, channel)));
        const root = f.let(op("f64.sqrt", op("f64.add", at(variance), epsilon)));
        const [center, scale, shift] = [f.let(at(mean)), f.let(at(gain)), f.let(at(bias))];
        f.for(0, op("i32.shl", inner, 2), 4, (offset) => {
          const x = op("f64.promote_f32", load("f32.load", sum(input, first, offset)));
          const normal = op("f64.div", op("f64.sub", x, center), root);
          const result = op("f64.add", op("f64.mul", normal, scale), shift);
          f.store("f32.store", sum(output, first, offset), op("f32.demote_f64", result));
        });
      });
    },
  });
}
