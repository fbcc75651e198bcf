import { i32, type Local, op, product, sum } from "../../assembler/expression.ts";
import type { FunctionBuilder } from "../../assembler/function-builder.ts";
import { load } from "../../assembler/memory.ts";
import { defineKernel, type Features, type Kernel } from "../../kernel.ts";
import {
  describeEpilogue,
  type Epilogue,
  type EpilogueParameter,
  epilogueParameters,
  finish,
} from "../epilogue.ts";
import { smaller, storeFirst } from "../lanes.ts";
import { type ConvolutionShape, type Geometry, geometryOf } from "./convolution-geometry.ts";
import { clearImage, copyImage } from "./convolution-image.ts";
import { type TilePlace, tileOfChannels, tileOfPixels } from "./convolution-tiles.ts";
import { packConvolution, tableBytes } from "./convolution-weights.ts";

export interface Convolution extends ConvolutionShape {
  /** [output channels, channels / groups, kernel height, kernel width]. */
  readonly weight: Float32Array;
  readonly epilogue: Epilogue;
}

export interface ConvolutionForm {
  /** Parameters: `input` [N, C, H, W], `weight`, `output` [N, O, OH, OW], `workspace`, then those of the epilogue. */
  readonly kernel: Kernel;
  /** Bytes at `weight`. */
  readonly weight: Uint8Array<ArrayBuffer>;
  /** Units of work of one item of the batch; those of N items follow each other. */
  readonly unitsPerItem: number;
  /** Bytes that a thread needs at `workspace`; 0 where the parameter is not used. */
  readonly workspace: number;
}

/** Taps whose weights stay in the first-level cache while all pixels pass; a multiple of 4. */
const STRETCH = 256;

/**
 * `nn.conv2d` of f32. Each output starts at 0 and adds its products in ascending (channel, kernel row, kernel column),
 * each product and each sum rounded (with relaxed SIMD, where the machine fuses them, once); padding takes part. The
 * error is at most (taps + 1) · 2^-24 · Σ |x·w| where no product is below the smallest normal number. A unit of work
 * is a panel of output channels of one item. The epilogue's bias is one per output channel. No input may be at `output`.
 */
export function convolution(described: Convolution): ConvolutionForm {
  const { epilogue, weight } = described;
  const geometry = geometryOf(described);
  const kernel = defineKernel({
    name: nameOf(described),
    parameters: ["input", "weight", "output", "workspace", ...epilogueParameters(epilogue)],
    build(f, parameters, features) {
      const { begin, end, workspace } = parameters;
      const copied = f.let(i32(-1));
      if (geometry.isCopied) clearImage(f, geometry, workspace);
      f.for(begin, end, 1, (unit) => {
        const group = f.let(op("i32.div_s", unit, i32(geometry.panels)));
        const panel = f.let(op("i32.rem_s", unit, i32(geometry.panels)));
        const image = imageOf(f, geometry, parameters, group, copied);
        const channel = f.let(
          sum(product(group, geometry.outputChannels), product(panel, geometry.panelWidth)),
        );
        const unitPlace = { panel, group, image, channel };
        multiply(f, geometry, parameters, unitPlace, features);
        finishChannels(f, geometry, epilogue, parameters, unitPlace);
      });
    },
  });
  return {
    kernel,
    weight: packConvolution(weight, geometry),
    unitsPerItem: geometry.groups * geometry.panels,
    workspace: geometry.workspace,
  };
}

function nameOf({ epilogue, ...shape }: Convolution): string {
  const { channels, height, width, outputChannels, kernel, strides, pads, dilations, groups } = shape;
  const parts = [
    `${channels}x${height}x${width}`,
    `${outputChannels}x${kernel.join("x")}`,
    `strides_${strides.join("x")}`,
    `pads_${pads.join("x")}`,
    `dilations_${dilations.join("x")}`,
    `groups_${groups}`,
  ];
  return `convolution_${parts.join("_")}${describeEpilogue(epilogue)}`;
}

type Parameters = Readonly<Record<"input" | "weight" | "output" | "workspace", Local>> &
  Readonly<Partial<Record<EpilogueParameter, Local>>>;

/** Address of the group's channels; a copy is made when the group is another than the last unit's. */
function imageOf(
  f: FunctionBuilder,
  geometry: Geometry,
  { input, workspace }: Parameters,
  group: Local,
  copied: Local,
): Local {
  const { channels, height, width, isCopied } = geometry;
  const given = f.let(sum(input, product(group, channels * height * width * 4)));
  if (!isCopied) return given;
  f.if(op("i32.ne", group, copied), () => {
    copyImage(f, geometry, given, workspace);
    f.set(copied, group);
  });
  return workspace;
}

interface UnitPlace {
  /** Within its group. */
  readonly panel: Local;
  /** Counted over all items of the batch. */
  readonly group: Local;
  readonly image: Local;
  /** The first of the panel, counted over all items of the batch. */
  readonly channel: Local;
}

/** Leaves the sums of a panel in the output. */
function multiply(
  f: FunctionBuilder,
  geometry: Geometry,
  { weight, output }: Parameters,
  { panel, group, image, channel }: UnitPlace,
  features: Features,
): void {
  const { groups, panels, panelWidth, vectors, taps, outputHeight, outputWidth, pitch, strides } = geometry;
  const panelBytes = taps * panelWidth * 4;
  const inItem = op("i32.rem_s", group, i32(groups));
  const weights = f.let(
    sum(weight, tableBytes(geometry), product(sum(product(inItem, panels), panel), panelBytes)),
  );
  const plane = f.let(sum(output, product(channel, outputHeight * outputWidth * 4)));
  const pixels = 4 * vectors;
  const stretch = panelWidth === 1 ? taps : STRETCH;
  f.for(0, taps, stretch, (tap) => {
    const count = f.let(smaller(op("i32.sub", i32(taps), tap), i32(stretch)));
    f.for(0, outputHeight, 1, (y) => {
      const row = f.let(sum(image, product(y, strides[0] * pitch * 4)));
      const outputRow = f.let(sum(plane, product(y, outputWidth * 4)));
      f.for(0, outputWidth, pixels, (x) => {
        const place: TilePlace = {
          image: sum(
            row,
            product(x, strides[1] * 4),
            taps === geometry.channels ? product(tap, geometry.plane * 4) : 0,
          ),
          offsets: sum(weight, product(tap, 4)),
          weight: sum(weights, product(tap, panelWidth * 4)),
          count,
          output: sum(outputRow, product(x, 4)),
          isCut: op("i32.gt_s", sum(x, pixels), i32(outputWidth)),
          isLastPanel: op("i32.eq", panel, panels - 1),
          continues: tap,
        };
        if (panelWidth === 1) tileOfPixels(f, geometry, place, features);
        else tileOfChannels(f, geometry, place, features);
      });
    });
  });
}

/** Finishes the sums of a panel, channel by channel. */
function finishChannels(
  f: FunctionBuilder,
  { groups, panelWidth, outputChannels, outputHeight, outputWidth }: Geometry,
  epilogue: Epilogue,
  parameters: Parameters,
  { panel, channel: first }: UnitPlace,
): void {
  if (epilogueParameters(epilogue).length === 0 && !epilogue.activation) return;
  const { output, bias } = parameters;
  const size = outputHeight * outputWidth;
  const count = smaller(op("i32.sub", i32(outputChannels), product(panel, panelWidth)), i32(panelWidth));
  const stop = f.let(sum(first, count));
  f.for(first, stop, 1, (channel) => {
    const inOutput = f.let(product(channel, size * 4));
    const biases = f.local("v128");
    const inItem = op("i32.rem_s", channel, i32(groups * outputChannels));
    if (bias) f.set(biases, load("v128.load32_splat", sum(bias, product(inItem, 4))));
    const finished = (store: (address: Local, value: Local) => void) => {
      const address = f.let(sum(output, inOutput));
      const sums = load("v128.load", address);
      const biased = bias ? op("f32x4.add", sums, biases) : sums;
      const place = { inRow: i32(0), inOutput };
      store(address, f.let(finish(f, { ...epilogue, bias: false }, parameters, biased, place)));
    };
    const whole = f.let(sum(inOutput, (size - (size % 4)) * 4));
    f.while(op("i32.lt_u", inOutput, whole), () => {
      finished((address, value) => f.store("v128.store", address, value));
      f.advance(inOutput, 16);
    });
    if (size % 4 > 0)
      finished((address, value) => {
        storeFirst(f, address, value, size % 4);
      });
  });
}
