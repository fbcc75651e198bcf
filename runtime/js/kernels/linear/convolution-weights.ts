import type { Geometry } from "./convolution-geometry.ts";

/** Bytes of the table of offsets that stands before the weights. */
export const tableBytes = ({ taps }: Geometry): number => Math.ceil(taps / 4) * 16;

/**
 * The byte offset of the input of each tap (i32), then the weights (f32) [groups, panels, taps, panel width] with zeros
 * behind the last channel of a group.
 */
export function packConvolution(weight: Float32Array, geometry: Geometry): Uint8Array<ArrayBuffer> {
  const { groups, panels, panelWidth, taps, offsets } = geometry;
  const bytes = new ArrayBuffer(tableBytes(geometry) + groups * panels * taps * panelWidth * 4);
  new Int32Array(bytes).set(offsets.map((offset) => offset * 4));
  const packed = new Float32Array(bytes, tableBytes(geometry));
  for (const [index, value] of weight.entries()) packed[placeOf(geometry, index)] = value;
  return new Uint8Array(bytes);
}

/** The weight [output channels, channels / groups, kernel height, kernel width] of bytes that `packConvolution` made. */
export function unpackConvolution(bytes: Uint8Array<ArrayBuffer>, geometry: Geometry): Float32Array {
  const packed = new Float32Array(bytes.slice(tableBytes(geometry)).buffer);
  const { groups, outputChannels, taps } = geometry;
  return Float32Array.from(
    { length: groups * outputChannels * taps },
    (_, index) => packed[placeOf(geometry, index)]!,
  );
}

function placeOf({ outputChannels, panels, panelWidth, taps }: Geometry, index: number): number {
  const [channel, tap] = [Math.floor(index / taps), index % taps];
  const inGroup = channel % outputChannels;
  const panel = Math.floor(channel / outputChannels) * panels + Math.floor(inGroup / panelWidth);
  return (panel * taps + tap) * panelWidth + (inGroup % panelWidth);
}
