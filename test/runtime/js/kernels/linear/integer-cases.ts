import {
  integerLinear as reference,
  type SteppedMatrix,
} from "../../../../../dialects/lowp/integer-linear.ts";
import type { Features } from "../../../../../runtime/js/kernel.ts";
import { type Epilogue, NO_EPILOGUE } from "../../../../../runtime/js/kernels/epilogue.ts";
import { integerLinear } from "../../../../../runtime/js/kernels/linear/integer.ts";
import type {
  IntegerActivations,
  IntegerMatrix,
} from "../../../../../runtime/js/kernels/linear/integer-layout.ts";
import { runKernel } from "../../run-kernel.ts";

/** A product with integer activations, and what it needs to be run by the kernel and by the interpreter. */
export interface IntegerCase {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly weight: IntegerMatrix;
  readonly activations: IntegerActivations;
  readonly input: Int8Array | Int16Array;
  readonly scales: Float32Array;
  readonly zeros: Int32Array | undefined;
  readonly bias: Float32Array;
}

/** Numbers from 0 up to 1 that a seed determines (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface CaseOptions {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Range of codes of weights. */
  readonly range: readonly [least: number, most: number];
  readonly run: number;
  readonly bits: 8 | 16;
  readonly activationRun: number;
  readonly weightZeros?: boolean;
  readonly activationZeros?: boolean;
  /** Scales of weights that are no f32 values. */
  readonly wideScales?: boolean;
  /** All codes at their bounds. */
  readonly extreme?: boolean;
  readonly seed?: number;
}

/** A case with seeded values; of scales some are zero, negative, denormal or as large as f32 can be. */
export function makeCase(options: CaseOptions): IntegerCase {
  const { rows, columns, depth, range, run, bits, activationRun, extreme = false } = options;
  const random = seeded(options.seed ?? 1);
  const between = (least: number, most: number): number =>
    extreme ? (random() < 0.97 ? least : most) : least + Math.floor(random() * (most - least + 1));
  const weightRuns = columns * Math.ceil(depth / run);
  const activationRuns = rows * Math.ceil(depth / activationRun);
  const scale = (): number => {
    const kind = random();
    if (kind < 0.02) return 0;
    if (kind < 0.03) return 2 ** -149;
    if (kind < 0.04) return 3e38;
    return (random() - 0.2) * 2 ** Math.floor(random() * 6);
  };
  const bound = 2 ** (bits - 1);
  const codes = Array.from({ length: rows * depth }, () => between(-bound, bound - 1));
  return {
    rows,
    columns,
    depth,
    weight: {
      steps: Int16Array.from({ length: columns * depth }, () => between(...range)),
      least: range[0],
      most: range[1],
      run,
      scales: Float64Array.from({ length: weightRuns }, () =>
        options.wideScales ? scale() : Math.fround(scale()),
      ),
      ...(options.weightZeros && {
        zeros: Int32Array.from({ length: weightRuns }, () => Math.floor(random() * 16) - 3),
      }),
    },
    activations: {
      bits,
      most: options.activationZeros ? 2 * bound : bound,
      run: activationRun,
      hasZeros: options.activationZeros ?? false,
    },
    input: bits === 8 ? Int8Array.from(codes) : Int16Array.from(codes),
    scales: Float32Array.from({ length: activationRuns }, scale),
    zeros: options.activationZeros
      ? Int32Array.from({ length: activationRuns }, () => between(-bound, bound - 1))
      : undefined,
    bias: Float32Array.from({ length: columns }, () => random() - 0.5),
  };
}

/** The interpreter's result, in f32. */
export function expected(given: IntegerCase, hasBias: boolean): Float32Array {
  const { rows, columns, depth, weight, activations, input, scales, zeros } = given;
  const left = stepped(rows, depth, input, activations.run, Float64Array.from(scales), zeros);
  const right = stepped(columns, depth, weight.steps, weight.run, weight.scales, weight.zeros);
  const bias = hasBias ? { shape: [columns], data: given.bias } : undefined;
  return Float32Array.from(reference(left, right, { shape: [rows, columns], bias, precision: "f32" }).data);
}

function stepped(
  rows: number,
  depth: number,
  codes: ArrayLike<number>,
  run: number,
  scales: Float64Array,
  zeros: Int32Array | undefined,
): SteppedMatrix {
  const runs = Math.ceil(depth / run);
  const runOf = (row: number, column: number): number => row * runs + Math.floor(column / run);
  const steps = Float64Array.from(
    codes,
    (code, i) => code - (zeros?.[runOf(Math.floor(i / depth), i % depth)] ?? 0),
  );
  return { rows, depth, steps, run, scaleAt: (row, column) => scales[runOf(row, column)]! };
}

export interface RunOptions {
  readonly epilogue?: Epilogue;
  readonly multiplier?: Float32Array;
  readonly residual?: Float32Array;
  readonly features?: Features;
  /** Where the units are split, as parts of their number. */
  readonly split?: readonly number[];
}

/** The kernel's result. */
export function compute(given: IntegerCase, options: RunOptions = {}): Float32Array {
  const { rows, columns, depth, weight, activations } = given;
  const { epilogue = NO_EPILOGUE, features = { relaxed: false }, split = [] } = options;
  const form = integerLinear({ columns, depth, weight, activations, epilogue });
  const after = runKernel(
    form.kernel,
    {
      input: given.input,
      scales: given.scales,
      ...(given.zeros && { zeros: given.zeros }),
      weight: form.weight,
      output: new Float32Array(rows * columns).fill(Number.NaN),
      rows,
      workspace: new Uint8Array(form.workspace).fill(0x5a),
      bias: given.bias,
      ...(options.multiplier && { multiplier: options.multiplier }),
      ...(options.residual && { residual: options.residual }),
    },
    { units: form.units, features, split: split.map((part) => Math.floor(part * form.units)) },
  );
  return after.output as Float32Array;
}

/** Bits of floats, all NaNs alike. */
export const bitsOf = (values: Float32Array): number[] =>
  Array.from(new Int32Array(values.buffer, values.byteOffset, values.length), (bits, i) =>
    Number.isNaN(values[i]) ? 0x7fc00000 : bits,
  );
