import type { DecodedMatrix, Extents } from "./quantized-decoder.ts";
import { codePacking } from "./quantized-packing.ts";
import { PANEL, stepBytes, stepOf } from "./quantized-panel.ts";

/** Where the parts of a packed weight are, in bytes; all are multiples of 16. */
export interface WeightLayout {
  /** Runs of a row, depths of each but the last, and of the last. */
  readonly runs: number;
  readonly length: number;
  readonly lastLength: number;
  /** From the start of the weight to its first unit, and from unit to unit. */
  readonly units: number;
  readonly unitBytes: number;
  /** From run to run within a unit, and from the start of a run, where its scales are, to its other parts. */
  readonly runBytes: number;
  readonly shifts: number;
  readonly perRun: number;
  readonly codes: number;
}

/**
 * A weight is the constants of its decoder, then units of 16 columns; a unit is its runs; a run is its scales, shifts
 * if there are any, what the decoder has per run, each for all columns, and its codes.
 */
export function weightLayout({ decoder, shifts }: DecodedMatrix, depth: number, run: number): WeightLayout {
  const perRun = 4 * PANEL * (shifts ? 2 : 1);
  const codes = perRun + (decoder.perRun?.BYTES_PER_ELEMENT ?? 0) * PANEL;
  const bytes = (length: number) =>
    codes + Math.ceil(length / stepOf(decoder.bits)) * stepBytes(decoder.bits);
  const length = Math.min(run, depth);
  const runs = Math.ceil(depth / length);
  const lastLength = depth - (runs - 1) * length;
  const unitBytes = (runs - 1) * bytes(length) + bytes(lastLength);
  const units = decoder.constants.length;
  return {
    runs,
    length,
    lastLength,
    units,
    unitBytes,
    runBytes: bytes(length),
    shifts: 4 * PANEL,
    perRun,
    codes,
  };
}

/** A weight as its kernel reads it. Columns that fill up the last unit are zero. */
export function packWeight(
  matrix: DecodedMatrix,
  { columns, depth }: Extents,
  layout: WeightLayout,
): Uint8Array<ArrayBuffer> {
  const { decoder, shifts } = matrix;
  const bytes = new Uint8Array(layout.units + Math.ceil(columns / PANEL) * layout.unitBytes);
  bytes.set(decoder.constants);
  const view = new DataView(bytes.buffer);
  const packing = codePacking(decoder.layout, decoder.bits);
  eachRun(layout, columns, (start, first, width, run) => {
    for (let i = 0; i < width; i++) {
      const at = (first + i) * layout.runs + run;
      const scale = matrix.scales[at]! * 2 ** -decoder.exponent;
      view.setFloat32(start + 4 * i, scale, true);
      if (shifts) view.setFloat32(start + layout.shifts + 4 * i, shifts[at]!, true);
      if (decoder.perRun instanceof Int32Array)
        view.setInt32(start + layout.perRun + 4 * i, decoder.perRun[at]!, true);
      else if (decoder.perRun) bytes[start + layout.perRun + i] = decoder.perRun[at]!;
    }
    const length = run === layout.runs - 1 ? layout.lastLength : layout.length;
    const origin = first * depth + run * layout.length;
    packing.pack(bytes, start + layout.codes, length, (k, i) =>
      i < width ? decoder.codes[origin + i * depth + k]! : 0,
    );
  });
  return bytes;
}

/** What `packWeight` packed: codes and, where the decoder has them, values per run. */
export function unpackWeight(
  bytes: Uint8Array<ArrayBuffer>,
  { decoder, shifts: hasShifts }: DecodedMatrix,
  { columns, depth }: Extents,
  layout: WeightLayout,
): Omit<DecodedMatrix, "decoder"> & { readonly codes: Uint8Array; readonly perRun?: readonly number[] } {
  const view = new DataView(bytes.buffer);
  const packing = codePacking(decoder.layout, decoder.bits);
  const codes = new Uint8Array(columns * depth);
  const scales = new Float32Array(columns * layout.runs);
  const shifts = new Float32Array(columns * layout.runs);
  const perRun = new Array<number>(columns * layout.runs);
  const readPerRun = (column: number, place: number): number => {
    if (decoder.perRun instanceof Int32Array) return view.getInt32(place + 4 * column, true);
    return decoder.perRun instanceof Int8Array ? view.getInt8(place + column) : bytes[place + column]!;
  };
  eachRun(layout, columns, (start, first, width, run) => {
    for (let i = 0; i < width; i++) {
      const at = (first + i) * layout.runs + run;
      scales[at] = view.getFloat32(start + 4 * i, true) * 2 ** decoder.exponent;
      if (hasShifts) shifts[at] = view.getFloat32(start + layout.shifts + 4 * i, true);
      perRun[at] = readPerRun(i, start + layout.perRun);
    }
    const length = run === layout.runs - 1 ? layout.lastLength : layout.length;
    const origin = first * depth + run * layout.length;
    packing.unpack(bytes, start + layout.codes, length, (k, i, code) => {
      if (i < width) codes[origin + i * depth + k] = code;
    });
  });
  return { codes, scales, ...(hasShifts && { shifts }), ...(decoder.perRun && { perRun }) };
}

/** Calls with the place of each run of each unit, the unit's first column and how many it has. */
function eachRun(
  layout: WeightLayout,
  columns: number,
  visit: (start: number, first: number, width: number, run: number) => void,
): void {
  for (let first = 0; first < columns; first += PANEL)
    for (let run = 0; run < layout.runs; run++) {
      const start = layout.units + (first / PANEL) * layout.unitBytes + run * layout.runBytes;
      visit(start, first, Math.min(PANEL, columns - first), run);
    }
}
