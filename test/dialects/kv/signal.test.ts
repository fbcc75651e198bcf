import { expect, it } from "vitest";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { attendInPieces, sequenceOf } from "./caches.ts";

const length = 256;
/** Keys with four channels far from zero, as those of trained models have. */
const sequence = sequenceOf({ length, heads: 2, groups: 2, width: 128, offsets: 4, distance: 12 }, 14);
const exact = attendInPieces(sequence, { keys: "float", values: "float" }, [length]).output;

const ring = (bits: number, block: string): string =>
  `!lowp.ring<!lowp.q<ui${bits}, block = ${block}, scale = f16, shift = f16>, f32, 0, 0>`;

/** Signal to noise of the output with values by token, in dB. */
function decibels(bits: number, keyBlock: string): number {
  const types = { keys: ring(bits, keyBlock), values: ring(bits, "[1, 1, 32]") };
  return ratio(exact, attendInPieces(sequence, types, [length]).output);
}

function ratio(left: FloatTensor, right: FloatTensor): number {
  let [signal, noise] = [0, 0];
  for (const [at, value] of left.data.entries()) {
    signal += value ** 2;
    noise += (value - right.data[at]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

// FORMATS-AND-ALGORITHMS.md, A16, whose figures are of one random draw: keys by channel must come near theirs, and
// the gap to keys by token must be at least 70 % of the stated one (§0).
it.each([
  [2, 4.9, -13.5],
  [4, 19.9, 9.7],
])("keys of %i bits by channel lose far less than by token", (bits, byChannel, byToken) => {
  const measured = decibels(bits, "[32, 1, 1]");
  expect(Math.abs(measured - byChannel)).toBeLessThan(2);
  expect(measured - decibels(bits, "[1, 1, 32]")).toBeGreaterThan(0.7 * (byChannel - byToken));
});
