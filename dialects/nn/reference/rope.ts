import type { FloatData, Tensor } from "../../../compiler/numeric/tensor.ts";
import { allocateLike } from "./allocate.ts";

/** Pairs are (2j, 2j + 1) if `interleaved`, else (j, j + D/2), as Hugging Face's rotate_half. */
export interface RopeOptions {
  readonly theta: number;
  readonly interleaved: boolean;
  /** The j in the angle of the pair at each place; its own place where left out. */
  readonly pairs?: readonly number[] | undefined;
}

/**
 * Rotary position embedding of input [T, H, D] at positions [T]: pair j of a row turns by the angle
 * position * theta^(-2j/D). Cosine and sine are computed in f64 and, for f32 input, rounded to f32 as
 * Hugging Face stores them; the rotation is in f64, rounded once.
 */
export function rope<Data extends FloatData>(
  input: Tensor<Data>,
  positions: Tensor<Int32Array>,
  { theta, interleaved, pairs }: RopeOptions,
): Tensor<Data> {
  const [positionCount, headCount, width] = input.shape;
  if (positionCount === undefined || headCount === undefined || width === undefined || width % 2 !== 0) {
    throw new Error(`internal error: rope of shape [${input.shape.join(", ")}]`);
  }
  const single = input.data instanceof Float32Array;
  const result = allocateLike(input, input.shape);
  const [pairStep, pairDistance] = interleaved ? [2, 1] : [1, width / 2];
  for (let row = 0; row < positionCount * headCount; row++) {
    const position = positions.data[Math.floor(row / headCount)]!;
    const { cosines, sines } = rotationAt(position, { theta, width, single });
    for (let pair = 0; pair < width / 2; pair++) {
      const first = row * width + pair * pairStep;
      const second = first + pairDistance;
      const turn = pairs?.[pair] ?? pair;
      const [cosine, sine] = [cosines[turn]!, sines[turn]!];
      result.data[first] = input.data[first]! * cosine - input.data[second]! * sine;
      result.data[second] = input.data[second]! * cosine + input.data[first]! * sine;
    }
  }
  return result;
}

interface Rotation {
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

interface RotationTable {
  readonly theta: number;
  readonly width: number;
  readonly single: boolean;
}

// Decoding asks for the same few positions in every layer and head; the tables only ever repeat results.
const cache = new Map<string, Map<number, Rotation>>();

function rotationAt(position: number, table: RotationTable): Rotation {
  const name = `${table.theta} ${table.width} ${table.single}`;
  const rotations = cache.get(name) ?? new Map<number, Rotation>();
  cache.set(name, rotations);
  const rotation = rotations.get(position) ?? computeRotation(position, table);
  rotations.set(position, rotation);
  return rotation;
}

function computeRotation(position: number, { theta, width, single }: RotationTable): Rotation {
  const angles = Float64Array.from(
    { length: width / 2 },
    (_, pair) => position * theta ** ((-2 * pair) / width),
  );
  const round = single ? Math.fround : (value: number) => value;
  return {
    cosines: angles.map((angle) => round(Math.cos(angle))),
    sines: angles.map((angle) => round(Math.sin(angle))),
  };
}
