import { type Expression, f32, type Local, op, product, replace, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import type { Features } from "../../kernel.ts";
import { shuffleLanes, storeFirst, transposeFours } from "../lanes.ts";
import type { Geometry } from "./convolution-geometry.ts";
import { multiplyAdd } from "./multiply-add.ts";

/** What one tile works on. */
export interface TilePlace {
  /** Address of the first pixel's first tap. */
  readonly image: Expression;
  /** Addresses of the offsets of taps and of the panel's weights, from the first tap of the stretch on. */
  readonly offsets: Expression;
  readonly weight: Expression;
  /** Taps of the stretch. */
  readonly count: Expression;
  /** Address of the first pixel of the first channel in the output. */
  readonly output: Expression;
  /** Not zero where not all pixels of the tile lie in the row. */
  readonly isCut: Expression;
  /** Not zero where not all channels of the panel are in the group. */
  readonly isLastPanel: Expression;
  /** Not zero where the outputs hold the sums so far; otherwise sums start at 0. */
  readonly continues: Expression;
}

const PIXELS = 4;
const CHANNELS = 8;

/** Four pixels of eight channels, channels in the lanes; the output, channels first, is transposed in registers. */
export function tileOfChannels(
  f: FunctionBuilder,
  geometry: Geometry,
  place: TilePlace,
  features: Features,
): void {
  const { taps, outputChannels, outputHeight, outputWidth, plane, strides } = geometry;
  const outputPlane = outputHeight * outputWidth * 4;
  const output = f.let(place.output);
  const sums = Array.from({ length: PIXELS }, () => [f.local("v128"), f.local("v128")] as const);
  const rest = outputChannels % CHANNELS;
  // Code for as many channels as the panel has.
  const eachChannel = (part: (channels: number) => void) => {
    if (rest === 0) part(CHANNELS);
    else
      f.if(
        place.isLastPanel,
        () => part(rest),
        () => part(CHANNELS),
      );
  };
  const restore = (channels: number) => {
    for (const half of [0, 1] as const) {
      const vectors = [0, 1, 2, 3].map((lane) => {
        const channel = Math.min(4 * half + lane, channels - 1);
        return f.let(load("v128.load", output, channel * outputPlane));
      });
      for (const [pixel, vector] of transposeFours(f, vectors).entries()) f.set(sums[pixel]![half], vector);
    }
  };
  f.if(
    place.continues,
    () => eachChannel(restore),
    () => {
      for (const half of sums.flat()) f.set(half, op("f32x4.splat", f32(0)));
    },
  );
  const weights = [f.local("v128"), f.local("v128")] as const;
  const x = f.local("v128");
  const weight = f.let(place.weight);
  walkTaps(f, { isPlane: taps === geometry.channels, plane }, place, (image) => {
    for (const [half, vector] of weights.entries()) f.set(vector, load("v128.load", weight, 16 * half));
    for (const [pixel, halves] of sums.entries()) {
      f.set(x, load("v128.load32_splat", image, pixel * strides[1] * 4));
      for (const [half, total] of halves.entries())
        f.set(total, multiplyAdd(features, total, x, weights[half]!));
    }
    f.advance(weight, CHANNELS * 4);
  });
  eachChannel((channels) => {
    for (const half of [0, 1] as const) {
      const vectors = transposeFours(
        f,
        sums.map((halves) => halves[half]),
      );
      for (const [lane, vector] of vectors.slice(0, Math.max(0, channels - 4 * half)).entries())
        storePixels(f, geometry, place.isCut, output, [vector], (4 * half + lane) * outputPlane);
    }
  });
}

/** Neighbouring pixels of one channel, pixels in the lanes. */
export function tileOfPixels(
  f: FunctionBuilder,
  geometry: Geometry,
  place: TilePlace,
  features: Features,
): void {
  const { vectors, strides, taps, channels, plane } = geometry;
  const sums = Array.from({ length: vectors }, () => f.let(op("f32x4.splat", f32(0))));
  const output = f.let(place.output);
  const weight = f.let(place.weight);
  const w = f.local("v128");
  walkTaps(f, { isPlane: taps === channels, plane }, place, (image) => {
    f.set(w, load("v128.load32_splat", weight));
    for (const [vector, total] of sums.entries())
      f.set(total, multiplyAdd(features, total, pixelsAt(image, vector * 4 * strides[1] * 4, strides[1]), w));
    f.advance(weight, 4);
  });
  storePixels(f, geometry, place.isCut, output, sums, 0);
}

/** The body for each tap of a stretch with the address of its input; planes follow each other in even steps. */
function walkTaps(
  f: FunctionBuilder,
  { isPlane, plane }: { readonly isPlane: boolean; readonly plane: number },
  { image, offsets, count }: TilePlace,
  body: (image: Local) => void,
): void {
  const base = f.let(image);
  if (isPlane) {
    const end = f.let(sum(base, product(count, plane * 4)));
    const step = () => {
      body(base);
      f.advance(base, plane * 4);
    };
    f.repeat(step, op("i32.ne", base, end));
    return;
  }
  const offset = f.let(offsets);
  const end = f.let(sum(offset, product(count, 4)));
  const at = f.local("i32");
  f.repeat(
    () => {
      f.set(at, sum(base, load("i32.load", offset)));
      body(at);
      f.advance(offset, 4);
    },
    op("i32.lt_u", offset, end),
  );
}

/** Four pixels a stride apart. */
function pixelsAt(address: Local, offset: number, stride: number): Expression {
  const vector = load("v128.load", address, offset);
  if (stride === 1) return vector;
  if (stride === 2) return shuffleLanes(vector, load("v128.load", address, offset + 16), [0, 2, 4, 6]);
  return [1, 2, 3].reduce<Expression>(
    (all, lane) =>
      replace("f32x4.replace_lane", all, lane, load("f32.load", address, offset + lane * stride * 4)),
    load("v128.load32_splat", address, offset),
  );
}

/** Stores pixels of one channel, of a cut tile only those in the row. */
function storePixels(
  f: FunctionBuilder,
  { outputWidth }: Geometry,
  isCut: Expression,
  output: Local,
  vectors: readonly Local[],
  offset: number,
): void {
  const store = (pixels: number) => {
    for (const [i, vector] of vectors.slice(0, Math.ceil(pixels / 4)).entries())
      storeFirst(f, f.let(sum(output, offset + 16 * i)), vector, Math.min(4, pixels - 4 * i));
  };
  const rest = outputWidth % (4 * vectors.length);
  if (rest === 0) store(4 * vectors.length);
  else
    f.if(
      isCut,
      () => store(rest),
      () => store(4 * vectors.length),
    );
}
