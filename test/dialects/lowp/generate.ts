import fc from "fast-check";
import { gaussian, seededRandom } from "../../../compiler/numeric/random.ts";
import { elementCount, type FloatTensor } from "../../../compiler/numeric/tensor.ts";

/** Draws of N(0, 1), f32. */
export function gaussianTensor(shape: readonly number[], seed: number): FloatTensor {
  const random = seededRandom(seed);
  return { shape, data: Float32Array.from({ length: elementCount(shape) }, () => gaussian(random)) };
}

/** Draws of the Laplace distribution of variance 1, f32. */
export function laplaceTensor(shape: readonly number[], seed: number): FloatTensor {
  const random = seededRandom(seed);
  const draw = (): number => {
    const side = random() - 0.5;
    return (-Math.sign(side) * Math.log(1 - 2 * Math.abs(side))) / Math.SQRT2;
  };
  return { shape, data: Float32Array.from({ length: elementCount(shape) }, draw) };
}

/** Draws of Student's t with `freedom` degrees, scaled to variance 1, f32. */
export function studentTensor(shape: readonly number[], freedom: number, seed: number): FloatTensor {
  const random = seededRandom(seed);
  const draw = (): number => {
    let squares = 0;
    for (let degree = 0; degree < freedom; degree++) squares += gaussian(random) ** 2;
    return (gaussian(random) / Math.sqrt(squares / freedom)) * Math.sqrt((freedom - 2) / freedom);
  };
  return { shape, data: Float32Array.from({ length: elementCount(shape) }, draw) };
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
);
const scaleOf = (rank: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    ..."f64 f32 f16 bf16 f8E4M3FN f8E8M0FNU".split(" "),
    `!lowp.q<f8E4M3FN, block = [${Array(rank).fill("*").join(", ")}], scale = f32>`,
    `!lowp.q<ui8, block = [${Array(rank).fill(2).join(", ")}], scale = f16, shift = f32, tail = short>`,
  );

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
      trits: fc.boolean(),
    })
    .map(({ element, block, scale, offset, tail, rounding, trits }) => {
      const parts = [element, `block = [${block.join(", ")}]`, `scale = ${scale}`];
      if (
        (offset.startsWith("shift") && !element.includes("bitmod")) ||
        (offset !== "" && /^[su]?i/.test(element))
      )
        parts.push(offset);
      parts.push(`tail = ${tail}`, `rounding = ${rounding}`);
      if (element === "trit" && trits) parts.push('pack = "trits"');
      return `!lowp.q<${parts.join(", ")}>`;
    });

const rank2 = quantizedText(2);
/** The text of a random value type that can be quantized at shape [even rows, columns a multiple of 4]. */
export const valueText: fc.Arbitrary<string> = fc.oneof(
  rank2,
  fc.tuple(rank2, fc.oneof(rank2, fc.constant("f16"))).map(([one, other]) => `!lowp.sum<${one}, ${other}>`),
  rank2.map((type) => `!lowp.sparse<nm 2:4, ${type}>`),
  rank2.map((type) => `!lowp.sparse<group 4, ${type}>`),
  quantizedText(1).map((type) => `!lowp.sparse<bitmap, ${type}>`),
  fc.constant("!lowp.sparse<bitmap, f8E5M2>"),
  rank2.map((type) => `!lowp.sum<${type}, !lowp.sparse<nm 1:4, bf16>>`),
);
