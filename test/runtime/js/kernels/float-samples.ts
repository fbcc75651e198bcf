import { expect } from "vitest";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";

/** Floats of every exponent and both signs, special ones first; the count is a multiple of 4. */
export function floatSamples(perExponent = 24, dense = 20000): Float32Array {
  const random = seededRandom(1);
  const special = [0, -0, Number.NaN, Infinity, -Infinity, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234e38];
  const values = special.concat([-3.4028234e38, 1, -1]);
  for (let exponent = -149; exponent < 128; exponent++)
    for (let i = 0; i < perExponent; i++) values.push((1 + random()) * 2 ** exponent * (i % 2 ? 1 : -1));
  // The range in which functions bend, more densely.
  for (let i = 0; i < 2 * dense; i++) values.push((random() - 0.5) * 220);
  for (let i = 0; i < dense; i++) values.push((random() - 0.5) * 8);
  return Float32Array.from(values.slice(0, values.length - (values.length % 4)));
}

/**
 * The distance of a float from a number, in units in the last place of what is larger, the number or `floor`; 0 where both
 * are the same, NaN included, or the number is too large for an f32 and the float is its infinity.
 */
export function unitsApart(found: number, exact: number, floor = 2 ** -126): number {
  if (Object.is(found, exact) || found === exact || found === Math.fround(exact)) return 0;
  const magnitude = Math.max(Math.abs(exact), floor, 2 ** -126);
  const unit = 2 ** (Math.floor(Math.log2(Math.min(magnitude, 3.4028234e38))) - 23);
  const distance = Math.abs(found - exact) / unit;
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

/** Normally distributed floats times `scale`, the same for the same seed. */
export function normalFloats(count: number, seed: number, scale = 1): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => scale * gaussian(random));
}

/** Where `runKernel` puts its first buffer: as the address of the output it makes the kernel write over its input. */
export const FIRST_BUFFER = 64;

/** As toEqual on typed arrays, which takes seconds for long ones. */
export function expectSame(found: ArrayLike<number>, wanted: ArrayLike<number>, message = ""): void {
  expect(found.length, message).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    if (!Object.is(found[i], wanted[i])) expect.fail(`${message} [${i}] is ${found[i]}, not ${wanted[i]}`);
}
