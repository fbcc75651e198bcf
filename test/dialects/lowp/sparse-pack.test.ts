import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompositeValue, isDense, type RuntimeValue } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import type { FloatTensor } from "../../../compiler/numeric/tensor.ts";
import { dequantize } from "../../../dialects/lowp/dequantize.ts";
import { packValue, storedBits, unpackValue } from "../../../dialects/lowp/pack.ts";
import { store } from "../../../dialects/lowp/quantize.ts";
import type { SparseKind } from "../../../dialects/lowp/sparse-kind.ts";
import { multiplyStored, storedRows } from "../../../dialects/lowp/sparse-linear.ts";
import { packSparse, unpackSparse } from "../../../dialects/lowp/sparse-pack.ts";
import { bitsPerElement } from "../../../dialects/lowp/storage.ts";
import { sparse } from "../../../dialects/lowp/types.ts";
import type { ValueType } from "../../../dialects/lowp/value-type.ts";
import { componentOf, integersOf } from "../../../dialects/lowp/values.ts";
import { linear } from "../../../dialects/nn/reference/linear.ts";
import { gaussianTensor } from "./generate.ts";
import { f32, right, sparseMatrix, twoOfFour, typeOf } from "./sparse-matrices.ts";
import { lowpType, printType } from "./text.ts";

const matrix = (rows: number, columns: number, values: readonly number[]): FloatTensor => ({
  shape: [rows, columns],
  data: Float32Array.from(values),
});

describe("every group of n:m", () => {
  it.each([
    [2, 4],
    [1, 3],
    [4, 8],
    [3, 8],
  ])("%i:%i is packed and unpacked, or refused by row and group", (kept, of) => {
    const kind: SparseKind = { kind: "nm", kept, of };
    for (let bits = 0; bits < 2 ** of; bits++) {
      const group = Array.from({ length: of }, (_, offset) => ((bits >> offset) & 1) * (offset + 1));
      const count = group.filter((x) => x !== 0).length;
      const value = matrix(2, 2 * of, [...Array(3 * of).fill(0), ...group]);
      const packed = packSparse(value, f32, kind);
      if (count > kept) {
        expect(packed).toMatchObject({
          code: "sparse-pattern-broken",
          message: `row 1, group 1 has ${count} non-zeros, ${kept}:${of} holds ${kept}`,
        });
        continue;
      }
      const indices = [...integersOf(right(packed), "indices").data.subarray(3 * kept)];
      expect(indices).toEqual(indices.toSorted((a, b) => a - b));
      expect(new Set(indices).size).toBe(kept);
      expect(unpackSparse(right(packed))).toEqual(value);
    }
  });

  it("fills up with the lowest unused offsets", () => {
    const packed = right(packSparse(matrix(1, 8, [0, 0, 0, 5, 0, 0, 0, 0]), f32, twoOfFour));
    expect([...integersOf(packed, "indices").data]).toEqual([0, 3, 0, 1]);
    expect(componentOf(packed, "values")).toEqual(matrix(1, 4, [0, 5, 0, 0]));
  });
});

describe("the example of 2:4 with 8-bit weights", () => {
  const weight = matrix(
    4,
    8,
    // biome-ignore format: rows of the matrix
    [
      1, 0, 0, 2, 0, 3, 4, 0,
      0, 5, 6, 0, 7, 0, 0, 8,
      0, 0, 0, 0, 1, 2, 0, 0,
      9, 9, 0, 0, 0, 0, 9, 9,
    ],
  );
  const input = matrix(2, 8, [1, 2, 3, 4, 5, 6, 7, 8, -1, 2, -3, 4, -5, 6, -7, 8]);
  const scales = Float32Array.of(0.02, 0.01, 0.05, 0.04);
  const type = lowpType("!lowp.q<i8<-127:127>, block = [1, *], scale = f32>");
  const withScales = (scale: Float32Array): CompositeValue => ({
    shape: weight.shape,
    type,
    components: {
      codes: { shape: weight.shape, data: Int32Array.from(weight.data) },
      scale: { shape: [4, 1], data: scale },
    },
  });

  it("has the packed rows that were written down by hand", () => {
    const packed = right(packSparse(withScales(scales), type, twoOfFour));
    const values = componentOf(packed, "values") as CompositeValue;
    expect([...integersOf(values, "codes").data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 1, 2, 9, 9, 9, 9]);
    expect([...integersOf(packed, "indices").data]).toEqual([0, 3, 1, 2, 1, 2, 0, 3, 0, 1, 0, 1, 0, 1, 2, 3]);
    expect(printType(packed.type)).toBe(
      "!lowp.sparse<nm 2:4, !lowp.q<i8<-127:127>, block = [1, *], scale = f32>>",
    );
  });

  it("multiplies integers to the accumulators that were", () => {
    const packed = right(packSparse(withScales(Float32Array.of(1, 1, 1, 1)), type, twoOfFour));
    const product = multiplyStored(input, right(storedRows(packed, "f32")), undefined);
    expect([...product.data]).toEqual([55, 127, 17, 162, -3, 21, 7, 18]);
  });

  it("and to the outputs that are these times both scales", () => {
    const packed = right(packSparse(withScales(scales), type, twoOfFour));
    const rows = { ...input, data: input.data.map((x) => x * Math.fround(0.05)) };
    const product = multiplyStored(rows, right(storedRows(packed, "f32")), undefined);
    const expected = [0.055, 0.0635, 0.0425, 0.324, -0.003, 0.0105, 0.0175, 0.036];
    // Each operand is rounded to f32 once.
    for (const [at, output] of product.data.entries()) expect(output).toBeCloseTo(expected[at]!, 7);
  });
});

const kinds: readonly SparseKind[] = [
  { kind: "nm", kept: 1, of: 4 },
  { kind: "nm", kept: 3, of: 8 },
  { kind: "group", size: 4 },
  { kind: "bsr", size: 4 },
  { kind: "bitmap" },
  { kind: "tiles", size: 8, pad: 1 },
  { kind: "tiles", size: 16, pad: 4 },
  { kind: "csr" },
];
const types = [
  "f32",
  "bf16",
  "!lowp.q<i8, block = [*, *], scale = f32>",
  "!lowp.q<ui8, block = [*, *], scale = f16, zero = ui8>",
  "!lowp.q<i8, block = [1, *], scale = f32>",
  "!lowp.q<i4, block = [1, 4], scale = f16>",
  "!lowp.q<ui4, block = [1, 4], scale = f16, zero = ui4>",
  "!lowp.q<i4, block = [2, 16], scale = bf16>",
  "!lowp.q<f8E4M3FN, block = [1, *], scale = f32>",
  "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
  "!lowp.q<trit, block = [1, 32], scale = f16>",
];

describe("packing keeps what a value stands for", () => {
  const cases = types.flatMap((text) => kinds.map((kind) => [text, kind] as const));
  it.each(cases)("%s as %o", (text, kind) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (seed) => {
        const type = typeOf(text);
        const value = right(store(sparseMatrix(4, 32, seed), type));
        const packed = packSparse(value, type, kind);
        if (isMismatch(packed)) {
          expect(packed.code).toBe("sparse-blocks");
          expect(refused(text, kind)).toBe(true);
          return;
        }
        expect(refused(text, kind)).toBe(false);
        checkLaws(value, packed, seed);
      }),
      { numRuns: 5 },
    );
  });
});

/** Blocks that hold numbers of several groups, or scales that have scales, do not pass into these kinds. */
function refused(text: string, sparsity: SparseKind): boolean {
  const { kind } = sparsity;
  if (kind === "nm" && sparsity.of === 8 && text.includes("[1, 4]")) return true;
  const isWhole = text.includes("[*, *], scale = f") && !text.includes("scale = !lowp");
  if (!text.startsWith("!lowp") || isWhole || kind === "nm") return false;
  return !((kind === "group" || kind === "bsr") && text.includes("[1, 4]"));
}

function checkLaws(value: RuntimeValue, packed: CompositeValue, seed: number): void {
  for (const precision of ["f32", "f64"] as const) {
    const [numbers, original] = [right(dequantize(packed, precision)), right(dequantize(value, precision))];
    expect(numbers.data.map((x) => x + 0)).toEqual(original.data.map((x) => x + 0));
    const input = gaussianTensor([3, 32], seed + 1);
    const bias = gaussianTensor([4], seed + 2);
    const product = multiplyStored(input, right(storedRows(packed, precision)), bias);
    expect(product).toEqual(linear(input, original, bias));
  }
  const unpacked = right(unpackSparse(packed));
  if (isDense(value)) expect(unpacked).toEqual(value);
  else {
    // Blocks of zeros alone may have had another scale.
    expect(right(dequantize(unpacked, "f64")).data.map((x) => x + 0)).toEqual(
      right(dequantize(value, "f64")).data.map((x) => x + 0),
    );
    if (!isDense(unpacked)) expect(unpacked.type).toEqual(value.type);
  }
  const type = isDense(unpacked) ? typeOfValues(packed) : (unpacked.type as ValueType);
  expect(packSparse(unpacked, type, kindOf(packed))).toEqual(packed);
  const bytes = packValue(packed);
  const sparseType = packed.type as Parameters<typeof unpackValue>[0];
  expect(unpackValue(sparseType, packed.shape, (path) => bytes.get(path)!)).toEqual(packed);
  const known = bitsPerElement(packed.type, packed.shape);
  if (known !== undefined) expect(storedBits(packed)).toBe(known);
}
const kindOf = ({ type }: CompositeValue) => (sparse.is(type) ? type.parameters.kind : kinds[0]!);
const typeOfValues = ({ type }: CompositeValue) => (sparse.is(type) ? type.parameters.values : f32);

describe("bytes that are no places of a value", () => {
  const refusal = (text: string, bytes: Readonly<Record<string, readonly number[]>>) => {
    const result = unpackValue(lowpType(text), [2, 4], (path) => Uint8Array.from(bytes[path]!));
    return isMismatch(result) ? [result.code, result.message] : result;
  };
  it.each([
    [
      "!lowp.sparse<nm 2:4, f8E5M2>",
      { indices: [0x54], values: [0, 0, 0, 0] },
      ["sparse-indices", "indices: row 1, group 0 has offsets 1, 1, expected rising ones below 4"],
    ],
    [
      "!lowp.sparse<bitmap 4, f8E5M2>",
      { mask: [0x53], offsets: [0, 2, 5].flatMap((offset) => [offset, 0, 0, 0]), values: [0, 0, 0, 0, 0] },
      ["sparse-offsets", "offsets: offset 2 is 5, the mask says 4"],
    ],
    [
      "!lowp.sparse<bsr 2, f8E5M2>",
      { offsets: [0, 1, 2].flatMap((offset) => [offset, 0, 0, 0]), columns: [1, 2], values: [0, 0, 0, 0] },
      ["csr-columns", "columns: row 1 has column 2 at 1, expected one from 0 below 2"],
    ],
  ] as const)("%s", (text, bytes, expected) => {
    expect(refusal(text, bytes)).toEqual(expected);
  });
});
