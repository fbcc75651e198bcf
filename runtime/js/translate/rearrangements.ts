import type { Helper } from "./helpers.ts";
import { lane, lanesOf, together, type View } from "./lanes.ts";

/**
 * Instructions whose lanes come from other lanes than their own or from lanes of another width, as helpers, and those
 * that make a number of a vector. All is read before something is written: a result may take the place of an operand.
 */
function gathered(
  name: string,
  operands: number,
  to: View,
  compute: (index: number) => string,
  first = "",
): Helper {
  const parameters = ["a", "b"].slice(0, operands);
  return { name, parameters: ["d", ...parameters], body: `${first}${together(to, compute)}return d;` };
}

interface Widening {
  readonly wide: string;
  readonly narrow: string;
  readonly to: View;
  readonly signed: View;
  readonly unsigned: View;
}
const widenings: readonly Widening[] = [
  { wide: "i16x8", narrow: "i8x16", to: "i16", signed: "i8", unsigned: "u8" },
  { wide: "i32x4", narrow: "i16x8", to: "i32", signed: "i16", unsigned: "u16" },
  { wide: "i64x2", narrow: "i32x4", to: "i64", signed: "i32", unsigned: "u32" },
];

/** extend, extmul and, but for the widest, extadd_pairwise; of the low and the high half, signed or not. */
function widened({ wide, narrow, to, signed, unsigned }: Widening): readonly Helper[] {
  const asLane = (text: string): string => (to === "i64" ? `BigInt(${text})` : text);
  const count = lanesOf(to);
  return (
    [
      ["s", signed],
      ["u", unsigned],
    ] as const
  ).flatMap(([sign, view]) => [
    ...(["low", "high"] as const).flatMap((half) => {
      const at = (slot: string, i: number) => lane(view, slot, half === "low" ? i : count + i);
      return [
        gathered(`${wide}.extend_${half}_${narrow}_${sign}`, 1, to, (i) => asLane(at("a", i))),
        gathered(
          `${wide}.extmul_${half}_${narrow}_${sign}`,
          2,
          to,
          // Products of 32 bits are more than f64 holds exactly.
          (i) => `${asLane(at("a", i))}*${asLane(at("b", i))}`,
        ),
      ];
    }),
    ...(to === "i64"
      ? []
      : [
          gathered(
            `${wide}.extadd_pairwise_${narrow}_${sign}`,
            1,
            to,
            (i) => `${lane(view, "a", 2 * i)}+${lane(view, "a", 2 * i + 1)}`,
          ),
        ]),
  ]);
}

/** Both operands, as signed integers of twice the width, saturated. */
function narrowed(name: string, from: View, to: View, least: number, most: number): Helper {
  const half = lanesOf(from);
  return gathered(
    name,
    2,
    to,
    (i) =>
      `Math.max(${least},Math.min(${most},${i < half ? lane(from, "a", i) : lane(from, "b", i - half)}))`,
  );
}

/** all_true and bitmask. */
function reduced(name: string, view: View): readonly Helper[] {
  const zero = view === "i64" ? "0n" : "0";
  const indices = Array.from({ length: lanesOf(view) }, (_, i) => i);
  const all = indices.map((i) => `${lane(view, "a", i)}!==${zero}`).join("&&");
  const mask = indices.map((i) => `(${lane(view, "a", i)}<${zero}?${2 ** i}:0)`).join("|");
  return [
    { name: `${name}.all_true`, parameters: ["a"], body: `return ${all}?1:0;` },
    { name: `${name}.bitmask`, parameters: ["a"], body: `return ${mask};` },
  ];
}

const replaced = (name: string, view: View): Helper => ({
  name: `${name}.replace_lane`,
  parameters: ["d", "a", "i", "x"],
  body: `if(d!==a)v128_copy(d,a);${lane(view, "d", "i")}=x;return d;`,
});

const or = (slot: string): string => [0, 1, 2, 3].map((i) => lane("i32", slot, i)).join("|");
const [first, second] = [lane("f64", "a", 0), lane("f64", "a", 1)];

/** By the name in the text format. */
export const rearrangingHelpers: readonly Helper[] = [
  ...widenings.flatMap(widened),
  narrowed("i8x16.narrow_i16x8_s", "i16", "i8", -128, 127),
  narrowed("i8x16.narrow_i16x8_u", "i16", "u8", 0, 255),
  narrowed("i16x8.narrow_i32x4_s", "i32", "i16", -32768, 32767),
  narrowed("i16x8.narrow_i32x4_u", "i32", "u16", 0, 65535),
  gathered(
    "i32x4.dot_i16x8_s",
    2,
    "i32",
    (i) =>
      `${lane("i16", "a", 2 * i)}*${lane("i16", "b", 2 * i)}+${lane("i16", "a", 2 * i + 1)}*${lane("i16", "b", 2 * i + 1)}`,
  ),
  gathered("f32x4.demote_f64x2_zero", 1, "f32", (i) => [first, second, "0", "0"][i]!),
  gathered("f64x2.promote_low_f32x4", 1, "f64", (i) => lane("f32", "a", i)),
  gathered("f64x2.convert_low_i32x4_s", 1, "f64", (i) => lane("i32", "a", i)),
  gathered("f64x2.convert_low_i32x4_u", 1, "f64", (i) => lane("u32", "a", i)),
  gathered("i32x4.trunc_sat_f64x2_s_zero", 1, "i32", (i) =>
    i < 2 ? `truncateSigned(${i === 0 ? first : second})` : "0",
  ),
  gathered("i32x4.trunc_sat_f64x2_u_zero", 1, "i32", (i) =>
    i < 2 ? `truncateUnsigned(${i === 0 ? first : second})` : "0",
  ),
  gathered(
    "i8x16.swizzle",
    2,
    "u8",
    (i) => `(t=${lane("u8", "b", i)})<16?${lane("u8", "a", "t")}:0`,
    "let t;",
  ),
  {
    name: "i8x16.shuffle",
    parameters: ["d", "a", "b", "c"],
    body: `let t;${together(
      "u8",
      (i) => `(t=${lane("u8", "c", i)})<16?${lane("u8", "a", "t")}:${lane("u8", "b", "t-16")}`,
    )}return d;`,
  },
  {
    // A shuffle that keeps 32-bit words whole: i, j, k, l choose from the eight of both vectors.
    name: "i32x4.shuffle",
    parameters: ["d", "a", "b", "i", "j", "k", "l"],
    body: `const e=b-4;${together("i32", (n) => {
      const index = "ijkl"[n]!;
      return `i32[(${index}<4?a:e)+${index}]`;
    })}return d;`,
  },
  { name: "v128.any_true", parameters: ["a"], body: `return (${or("a")})!==0?1:0;` },
  ...reduced("i8x16", "i8"),
  ...reduced("i16x8", "i16"),
  ...reduced("i32x4", "i32"),
  ...reduced("i64x2", "i64"),
  replaced("i8x16", "i8"),
  replaced("i16x8", "i16"),
  replaced("i32x4", "i32"),
  replaced("i64x2", "i64"),
  replaced("f32x4", "f32"),
  replaced("f64x2", "f64"),
];
