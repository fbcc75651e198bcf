import { unreachable } from "../../../../compiler/diagnostics/diagnostic.ts";
import { READABLE } from "../../kernel.ts";

/** Extents of one item, as in `nn.conv2d`: pads are [top, left, bottom, right]. */
export interface ConvolutionShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly outputChannels: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
  readonly groups: number;
}

/** How a convolution goes about its shape; extents are in elements. */
export interface Geometry {
  readonly groups: number;
  /** Of one group. */
  readonly channels: number;
  readonly outputChannels: number;
  /** Outputs channels that are computed side by side, and in how many such panels those of a group are. */
  readonly panelWidth: 1 | 8;
  readonly panels: number;
  /** Vectors of four neighbouring pixels that one tile computes; tiles of eight channels have one. */
  readonly vectors: number;
  /** Weights of one output channel, and where, from the first, their inputs stand in the image. */
  readonly taps: number;
  readonly offsets: Int32Array<ArrayBuffer>;
  /** The input as it is given. */
  readonly height: number;
  readonly width: number;
  /** What windows slide over: the input, or a copy of a group's channels with the padding around it. */
  readonly isCopied: boolean;
  readonly pads: ConvolutionShape["pads"];
  readonly pitch: number;
  readonly plane: number;
  readonly strides: readonly [number, number];
  readonly outputHeight: number;
  readonly outputWidth: number;
  /** Bytes of the copy, a multiple of 16; 0 where there is none. */
  readonly workspace: number;
}

/** With fewer output channels in a group than that, lanes hold pixels, not channels. */
const FEW_CHANNELS = 4;

export function geometryOf(given: ConvolutionShape): Geometry {
  const shape = flattened(given);
  const { height, width, kernel, strides, pads, dilations, groups } = shape;
  const [channels, outputChannels] = [shape.channels / groups, shape.outputChannels / groups];
  const outputHeight = windows(height + pads[0] + pads[2], kernel[0], strides[0], dilations[0]);
  const outputWidth = windows(width + pads[1] + pads[3], kernel[1], strides[1], dilations[1]);
  if (![channels, outputChannels, outputHeight, outputWidth].every((n) => Number.isInteger(n) && n > 0))
    return unreachable("a convolution has windows, and its groups divide its channels");
  const panelWidth = outputChannels < FEW_CHANNELS ? 1 : 8;
  const vectors = panelWidth === 1 ? Math.min(4, Math.ceil(outputWidth / 4)) : 1;
  const overrun = ((4 * vectors - 1) * strides[1] + 1) * 4;
  const isCopied = pads.some((pad) => pad > 0) || overrun > READABLE;
  const pitch = width + pads[1] + pads[3];
  const plane = (height + pads[0] + pads[2]) * pitch;
  const inKernel = kernel[0] * kernel[1];
  const taps = channels * inKernel;
  const offsets = Int32Array.from({ length: taps }, (_, tap) => {
    const row = Math.floor((tap % inKernel) / kernel[1]) * dilations[0];
    return Math.floor(tap / inKernel) * plane + row * pitch + (tap % kernel[1]) * dilations[1];
  });
  return {
    ...{ groups, channels, outputChannels, panelWidth, vectors, taps, offsets, height, width, isCopied },
    ...{ pads, pitch, plane, strides, outputHeight, outputWidth },
    panels: Math.ceil(outputChannels / panelWidth),
    workspace: isCopied ? Math.ceil((channels * plane * 4 + overrun) / 16) * 16 : 0,
  };
}

/** Where each pixel sees itself alone, rows follow each other without a seam. */
function flattened(shape: ConvolutionShape): ConvolutionShape {
  const isPixelwise = [...shape.kernel, ...shape.strides].every((n) => n === 1);
  if (!isPixelwise || shape.pads.some((pad) => pad > 0)) return shape;
  return { ...shape, height: 1, width: shape.height * shape.width };
}

const windows = (size: number, kernel: number, stride: number, dilation: number): number =>
  Math.floor((size - (kernel - 1) * dilation - 1) / stride) + 1;
