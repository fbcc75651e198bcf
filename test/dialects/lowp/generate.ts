import fc from "fast-check";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** Draws of N(0, 1), f32. */
export function gaussianTensor(shape: readonly number[], seed: number): FloatTensor {
  const random = seededRandom(seed);
  return { shape, data: Float32Array.from({ length: elementCount(shape) }, () => gaussian(random)) };
}

const distributions = {
  G: gaussian,
  LAP: (random: () => number) => (Math.log(1 - random()) * (random() < 0.5 ? 1 : -1)) / Math.SQRT2,
  T5: (random: () => number) => studentT(random, 5),
  T3: (random: () => number) => studentT(random, 3),
} as const;
/** Gaussian, Laplace and Student's t with 5 and 3 degrees of freedom, all of variance 1. */
export type Distribution = keyof typeof distributions;

/** Draws of a distribution of mean 0 and variance 1, f32. */
export function drawTensor(of: Distribution, shape: readonly number[], seed: number): FloatTensor {
  const random = seededRandom(seed);
  return {
    shape,
    data: Float32Array.from({ length: elementCount(shape) }, () => distributions[of](random)),
  };
}

/** N / √(χ² / ν) has variance ν / (ν − 2). */
function studentT(random: () => number, freedom: number): number {
  let squares = 0;
  for (let draw = 0; draw < freedom; draw++) squares += gaussian(random) ** 2;
  return gaussian(random) * Math.sqrt((freedom - 2) / squares);
}

/** Data at which scales go wrong: a block of zeros, denormals, a huge outlier, ties, tiny normals, −0. */
export function hostileTensor(shape: readonly number[], seed = 1): FloatTensor {
  const random = seededRandom(seed);
  const odd = [0, -0, 1e-45, -3e-45, 1e-40, 3e38, -2.5, 0.5, 1.5, 6, 448, 2 ** -126, -1e-30, 65504];
  const data = gaussianTensor(shape, seed).data.map((value, index) => {
    if (index < 12) return 0;
    return random() < 0.15
      ? odd[Math.floor(random() * odd.length)]!
      : value * 10 ** (Math.floor(random() * 9) - 6);
  });
  return { shape, data };
}

const element = fc.constantFrom(
  ..."i2 i3 si4 i4<-7:7> i8 i11 i16 ui1 ui5 ui8<0:200> bipolar1 bipolar3 bipolar9 trit".split(" "),
  ..."f8E4M3FN f8E5M2 f8E4M3FNUZ f8E5M2FNUZ f6E2M3FN f6E3M2FN f4E2M1FN".split(" "),
  "!lowp.float<3, 2, 3, none>",
  "!lowp.float<0, 4, 1, none>",
  "!lowp.float<5, 5, 14.5, fn>",
  "!lowp.float<3, 0, 3, none>",
  "!lowp.table<4, 1, nf>",
  "!lowp.table<3, 1, power<0.6>>",
  "!lowp.table<3, 1, f16>",
  "!lowp.table<4, 1, bitmod>",
  "!lowp.float<3, 2, 3, none, subnormals = flush>",
);
const scaleOf = (rank: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    ..."f64 f32 f16 bf16 f8E4M3FN f8E8M0FNU".split(" "),
    `!lowp.q<f8E4M3FN, block = [${Array(rank).fill("*").join(", ")}], scale = f32>`,
    "!lowp.float<5, 3, 15, fn, sign = unsigned>",
    `!lowp.q<!lowp.float<4, 0, 15, none, sign = unsigned>, block = [${Array(rank).fill("*").join(", ")}], scale = f32, rounding = ceil>`,
    `!lowp.q<ui8, block = [${Array(rank).fill(2).join(", ")}], scale = f16, shift = f32, tail = short>`,
  );

/** Widths of planes for some elements. */
const splits: Readonly<Record<string, string>> = {
  i3: "1,1,1",
  i8: "4,4",
  i11: "1,8,2",
  ui5: "1,4",
  bipolar3: "1,1,1",
  bipolar9: "1,2,6",
  f6E3M2FN: "2,4",
  f6E2M3FN: "1,2,3",
  "!lowp.float<5, 5, 14.5, fn>": "1,2,8",
};

/** The text of a random `!lowp.q` of a rank; blocks need not divide. */
export const quantizedText = (rank: number): fc.Arbitrary<string> =>
  fc
    .record({
      element,
      block: fc.array(fc.constantFrom("*", "1", "2", "5", "16"), { minLength: rank, maxLength: rank }),
      scale: scaleOf(rank),
      offset: fc.constantFrom("", "zero = i16", "zero = ui4", "zero = f16", "shift = f32", "shift = bf16"),
      tail: fc.constantFrom("short", "pad"),
      rounding: fc.constantFrom("half_even", "half_away", "floor", "trunc"),
      packed: fc.boolean(),
    })
    .map(({ element, block, scale, offset, tail, rounding, packed }) => {
      const parts = [element, `block = [${block.join(", ")}]`, `scale = ${scale}`];
      if (
        (offset.startsWith("shift") && !element.includes("bitmod")) ||
        (offset !== "" && /^[su]?i/.test(element))
      )
        parts.push(offset);
      parts.push(`tail = ${tail}`, `rounding = ${rounding}`);
      if (packed && element === "trit") parts.push('pack = "trits"');
      if (packed && element in splits) parts.push(`pack = "planes[${splits[element]!}]"`);
      return `!lowp.q<${parts.join(", ")}>`;
    });

const rank2 = quantizedText(2);
/** The text of a random value type that can be quantized at shape [even rows, columns a multiple of 4]. */
export const valueText: fc.Arbitrary<string> = fc.oneof(
  rank2,
  fc.tuple(rank2, fc.oneof(rank2, fc.constant("f16"))).map(([one, other]) => `!lowp.sum<${one}, ${other}>`),
  rank2.map((type) => `!lowp.sparse<nm 2:4, ${type}>`),
  rank2.map((type) => `!lowp.sparse<group 4, ${type}>`),
  rank2.map((type) => `!lowp.sparse<bsr 4, ${type}>`),
  quantizedText(1).map((type) => `!lowp.sparse<bitmap 4, ${type}>`),
  fc.constant("!lowp.sparse<bitmap 2 pad 4, f16>"),
  quantizedText(1).map((type) => `!lowp.sparse<bitmap, ${type}>`),
  fc.constant("!lowp.sparse<bitmap, f8E5M2>"),
  fc.constant("!lowp.entropy<huffman, bf16>"),
  fc.constant("!lowp.float<5, 3, 14.5, ieee>"),
  rank2.map((type) => `!lowp.sum<${type}, !lowp.sparse<nm 1:4, bf16>>`),
  quantizedText(1).map((type) => `!lowp.sparse<csr, ${type}>`),
  rank2.map((type) => `!lowp.sum<${type}, !lowp.sparse<csr, f16>>`),
  fc.tuple(rank2, rank2).map(([left, right]) => `!lowp.lowrank<2, ${left}, ${right}>`),
  rank2.map((type) => `!lowp.sum<${type}, !lowp.lowrank<1, f16, bf16>, !lowp.sparse<csr, f16>>`),
);
