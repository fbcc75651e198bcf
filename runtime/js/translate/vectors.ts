import type { Helper } from "./helpers.ts";
import { lane, lanesOf, lanewise, type View } from "./lanes.ts";

/**
 * Instructions that compute each lane of a vector from the same lanes of others, as helpers. A result may take the
 * place of an operand. Views round and wrap what is written to them.
 */
type Lane = (x: string, y: string, z: string) => string;

function each(name: string, operands: number, from: View, to: View, compute: Lane): Helper {
  const parameters = ["a", "b", "c"].slice(0, operands);
  const body = lanewise(to, (i) => {
    const [x = "", y = "", z = ""] = parameters.map((slot) => lane(from, slot, i));
    return compute(x, y, z);
  });
  return { name, parameters: ["d", ...parameters], body: `${body}return d;` };
}

const comparisons = { eq: "===", ne: "!==", lt: "<", gt: ">", le: "<=", ge: ">=" } as const;
const signs = Object.entries(comparisons);

interface Shape {
  readonly name: string;
  readonly signed: View;
  readonly unsigned: View;
  readonly bits: number;
}
const bytes: Shape = { name: "i8x16", signed: "i8", unsigned: "u8", bits: 8 };
const halves: Shape = { name: "i16x8", signed: "i16", unsigned: "u16", bits: 16 };
const words: Shape = { name: "i32x4", signed: "i32", unsigned: "u32", bits: 32 };

const integers = ({ name, signed, unsigned, bits }: Shape): readonly Helper[] => [
  ...signs.flatMap(([comparison, sign]) => {
    const compare: Lane = (x, y) => `${x}${sign}${y}?-1:0`;
    return comparison === "eq" || comparison === "ne"
      ? [each(`${name}.${comparison}`, 2, signed, signed, compare)]
      : [
          each(`${name}.${comparison}_s`, 2, signed, signed, compare),
          each(`${name}.${comparison}_u`, 2, unsigned, signed, compare),
        ];
  }),
  each(`${name}.add`, 2, signed, signed, (x, y) => `${x}+${y}`),
  each(`${name}.sub`, 2, signed, signed, (x, y) => `${x}-${y}`),
  each(`${name}.mul`, 2, signed, signed, (x, y) => `Math.imul(${x},${y})`),
  each(`${name}.neg`, 1, signed, signed, (x) => `-${x}`),
  each(`${name}.abs`, 1, signed, signed, (x) => `Math.abs(${x})`),
  each(`${name}.min_s`, 2, signed, signed, (x, y) => `Math.min(${x},${y})`),
  each(`${name}.max_s`, 2, signed, signed, (x, y) => `Math.max(${x},${y})`),
  each(`${name}.min_u`, 2, unsigned, unsigned, (x, y) => `Math.min(${x},${y})`),
  each(`${name}.max_u`, 2, unsigned, unsigned, (x, y) => `Math.max(${x},${y})`),
  each(`${name}.avgr_u`, 2, unsigned, unsigned, (x, y) => `${x}+${y}+1>>1`),
  shift(`${name}.shl`, signed, bits, (x) => `${x}<<n`),
  shift(`${name}.shr_s`, signed, bits, (x) => `${x}>>n`),
  shift(`${name}.shr_u`, unsigned, bits, (x) => `${x}>>>n`),
];

/** The count is taken modulo the bits of a lane. */
function shift(name: string, view: View, bits: number, compute: (x: string) => string): Helper {
  const body = lanewise(view, (i) => compute(lane(view, "a", i)));
  return { name, parameters: ["d", "a", "n"], body: `n&=${bits - 1};${body}return d;` };
}

const saturating = ({ name, signed, unsigned, bits }: Shape): readonly Helper[] => {
  const [least, most] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  const clamped = (text: string): string => `Math.max(${least},Math.min(${most},${text}))`;
  return [
    each(`${name}.add_sat_s`, 2, signed, signed, (x, y) => clamped(`${x}+${y}`)),
    each(`${name}.sub_sat_s`, 2, signed, signed, (x, y) => clamped(`${x}-${y}`)),
    each(`${name}.add_sat_u`, 2, unsigned, unsigned, (x, y) => `Math.min(${2 ** bits - 1},${x}+${y})`),
    each(`${name}.sub_sat_u`, 2, unsigned, unsigned, (x, y) => `Math.max(0,${x}-${y})`),
  ];
};

const longs: readonly Helper[] = [
  ...signs.map(([comparison, sign]) =>
    each(
      `i64x2.${comparison}${comparison === "eq" || comparison === "ne" ? "" : "_s"}`,
      2,
      "i64",
      "i64",
      (x, y) => `${x}${sign}${y}?-1n:0n`,
    ),
  ),
  each("i64x2.add", 2, "i64", "i64", (x, y) => `${x}+${y}`),
  each("i64x2.sub", 2, "i64", "i64", (x, y) => `${x}-${y}`),
  each("i64x2.mul", 2, "i64", "i64", (x, y) => `${x}*${y}`),
  each("i64x2.neg", 1, "i64", "i64", (x) => `-${x}`),
  each("i64x2.abs", 1, "i64", "i64", (x) => `${x}<0n?-${x}:${x}`),
  longShift("i64x2.shl", "i64", (x) => `${x}<<m`),
  longShift("i64x2.shr_s", "i64", (x) => `${x}>>m`),
  longShift("i64x2.shr_u", "u64", (x) => `${x}>>m`),
];

function longShift(name: string, view: View, compute: (x: string) => string): Helper {
  const body = lanewise(view, (i) => compute(lane(view, "a", i)));
  return { name, parameters: ["d", "a", "n"], body: `const m=BigInt(n&63);${body}return d;` };
}

const floats = (name: string, view: "f32" | "f64"): readonly Helper[] => [
  ...signs.map(([comparison, sign]) => floatComparison(`${name}.${comparison}`, view, sign)),
  each(`${name}.add`, 2, view, view, (x, y) => `${x}+${y}`),
  each(`${name}.sub`, 2, view, view, (x, y) => `${x}-${y}`),
  each(`${name}.mul`, 2, view, view, (x, y) => `${x}*${y}`),
  each(`${name}.div`, 2, view, view, (x, y) => `${x}/${y}`),
  each(`${name}.min`, 2, view, view, (x, y) => `Math.min(${x},${y})`),
  each(`${name}.max`, 2, view, view, (x, y) => `Math.max(${x},${y})`),
  each(`${name}.pmin`, 2, view, view, (x, y) => `${y}<${x}?${y}:${x}`),
  each(`${name}.pmax`, 2, view, view, (x, y) => `${x}<${y}?${y}:${x}`),
  each(`${name}.abs`, 1, view, view, (x) => `Math.abs(${x})`),
  each(`${name}.neg`, 1, view, view, (x) => `-${x}`),
  each(`${name}.sqrt`, 1, view, view, (x) => `Math.sqrt(${x})`),
  each(`${name}.ceil`, 1, view, view, (x) => `Math.ceil(${x})`),
  each(`${name}.floor`, 1, view, view, (x) => `Math.floor(${x})`),
  each(`${name}.trunc`, 1, view, view, (x) => `Math.trunc(${x})`),
  each(`${name}.nearest`, 1, view, view, (x) => `nearest(${x})`),
];

/** Gives integers as wide as the floats: words are written, for bigints are slow. */
function floatComparison(name: string, view: "f32" | "f64", sign: string): Helper {
  const wordsPerLane = 4 / lanesOf(view);
  const body = Array.from({ length: lanesOf(view) }, (_, i) => {
    const targets = Array.from({ length: wordsPerLane }, (_, word) =>
      lane("i32", "d", i * wordsPerLane + word),
    );
    return `${targets.join("=")}=${lane(view, "a", i)}${sign}${lane(view, "b", i)}?-1:0;`;
  }).join("");
  return { name, parameters: ["d", "a", "b"], body: `${body}return d;` };
}

const splat = (name: string, view: View): Helper => ({
  name: `${name}.splat`,
  parameters: ["d", "x"],
  body: `${Array.from({ length: lanesOf(view) }, (_, i) => lane(view, "d", i)).join("=")}=x;return d;`,
});

/** By the name in the text format. */
export const lanewiseHelpers: readonly Helper[] = [
  ...[bytes, halves, words].flatMap(integers),
  ...[bytes, halves].flatMap(saturating),
  ...longs,
  ...floats("f32x4", "f32"),
  ...floats("f64x2", "f64"),
  // x + y·z as the two instructions round it.
  each("f32x4.add_product", 3, "f32", "f32", (x, y, z) => `${x}+Math.fround(${y}*${z})`),
  each("i8x16.popcnt", 1, "u8", "u8", (x) => `countOnes(${x})`),
  each("i16x8.q15mulr_sat_s", 2, "i16", "i16", (x, y) => `Math.min(32767,${x}*${y}+16384>>15)`),
  each("i32x4.trunc_sat_f32x4_s", 1, "f32", "i32", (x) => `truncateSigned(${x})`),
  each("i32x4.trunc_sat_f32x4_u", 1, "f32", "i32", (x) => `truncateUnsigned(${x})`),
  each("f32x4.convert_i32x4_s", 1, "i32", "f32", (x) => x),
  each("f32x4.convert_i32x4_u", 1, "u32", "f32", (x) => x),
  each("v128.not", 1, "i32", "i32", (x) => `~${x}`),
  each("v128.and", 2, "i32", "i32", (x, y) => `${x}&${y}`),
  each("v128.andnot", 2, "i32", "i32", (x, y) => `${x}&~${y}`),
  each("v128.or", 2, "i32", "i32", (x, y) => `${x}|${y}`),
  each("v128.xor", 2, "i32", "i32", (x, y) => `${x}^${y}`),
  each("v128.bitselect", 3, "i32", "i32", (x, y, z) => `${x}&${z}|${y}&~${z}`),
  each("v128.copy", 1, "i32", "i32", (x) => x),
  splat("i8x16", "i8"),
  splat("i16x8", "i16"),
  splat("i32x4", "i32"),
  splat("i64x2", "i64"),
  splat("f32x4", "f32"),
  splat("f64x2", "f64"),
];
