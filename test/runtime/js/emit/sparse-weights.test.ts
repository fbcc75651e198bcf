import fc from "fast-check";
import { expect, test } from "vitest";
import type { CompositeValue } from "../../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../../compiler/define/op.ts";
import { quantize } from "../../../../dialects/lowp/quantize.ts";
import { storedRows } from "../../../../dialects/lowp/sparse-linear.ts";
import { storedMatrix } from "../../../../runtime/js/emit/sparse-weights.ts";
import { holdNumbers } from "../../../../runtime/js/kernels/linear/sparse-numbers.ts";
import { gaussianTensor, hostileTensor, quantizedText } from "../../../dialects/lowp/generate.ts";
import { lowpType } from "../../../dialects/lowp/text.ts";

function right<T>(value: T | Mismatch): T {
  if (isMismatch(value)) throw new Error(value.message);
  return value;
}

/** A matrix [40, 50] of 2000 numbers, of which `count` are stored. */
function sparse(text: string, count: number, draw = gaussianTensor): CompositeValue {
  const { data } = draw([40, 50], count);
  // 7 and 2000 have no common factor, so that all places have their turn.
  const kept = new Set(Array.from({ length: count }, (_, i) => (7 * i) % 2000));
  const floats = { shape: [40, 50], data: data.map((each, at) => (kept.has(at) ? each || 1 : 0)) };
  return right(quantize(floats, lowpType(text)));
}

test.each([
  ["!lowp.sparse<csr, f32>", "f32", "f32", 520],
  ["!lowp.sparse<bitmap, f16>", "f16", "f16", 420],
  ["!lowp.sparse<bitmap 10 pad 4, bf16>", "bf16", "bf16", 420],
  ["!lowp.sparse<csr, !lowp.q<i8, block = [*], scale = f32>>", "f32", "i8", 520],
  ["!lowp.sparse<csr, !lowp.q<ui8, block = [*], scale = f16, zero = ui8>>", "f32", "codes", 420],
  ["!lowp.sparse<csr, !lowp.q<!lowp.table<4, 1, nf>, block = [*], scale = f16>>", "f32", "codes", 420],
  ["!lowp.sparse<csr, f8E5M2>", "f32", "codes", 420],
] as const)(
  "%s of few numbers is walked over, held by %s as %s, up to %i of 2000",
  (text, element, held, most) => {
    const matrix = storedMatrix(sparse(text, most), element)!;
    expect(matrix.places.length).toBe(most);
    expect(holdNumbers(matrix.values, matrix.element).held).toBe(held);
    expect(storedMatrix(sparse(text, most + 1), element)).toBeUndefined();
  },
);

test("numbers are those of the value, whatever its type, times one factor", () => {
  const kinds = ["csr", "bitmap", "bitmap 10", "bitmap 10 pad 4"];
  const draws = [gaussianTensor, hostileTensor];
  const cases = fc.tuple(fc.constantFrom(...kinds), quantizedText(1), fc.constantFrom(...draws), fc.nat(400));
  let scaled = 0;
  fc.assert(
    fc.property(cases, ([kind, values, draw, count]) => {
      const value = sparse(`!lowp.sparse<${kind}, ${values}>`, count, draw);
      const matrix = storedMatrix(value, "f32");
      if (!matrix) return;
      const { starts, places, numbers } = right(storedRows(value, "f32"));
      expect(matrix.starts).toEqual(starts);
      expect(matrix.places).toEqual(places);
      if (matrix.factor !== 1) scaled++;
      // The sign of a zero says nothing in a product.
      const found = matrix.values.map((each) => each * matrix.factor + 0);
      expect(found).toEqual(Float32Array.from(numbers, (each) => each + 0));
    }),
    { seed: 4, numRuns: 150 },
  );
  expect(scaled).toBeGreaterThan(5);
});

test("values that are no sparse matrices have no such form", () => {
  const dense = right(
    quantize(gaussianTensor([4, 8], 1), lowpType("!lowp.q<i4, block = [1, 8], scale = f16>")),
  );
  expect(storedMatrix(dense, "f32")).toBeUndefined();
});
