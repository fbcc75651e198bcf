/**
 * Instructions on single numbers as JavaScript expressions of their operands. An i32 is a number from -2^31 to
 * 2^31 - 1, an i64 a bigint from -2^63 to 2^63 - 1, an f32 a number that is one. Sums, products, quotients and roots of
 * f32 are rounded twice, first to f64, which gives what rounding once would: f64 has more than twice the digits
 * (Figueroa, "When is double rounding innocuous?", 1995). The bits of a NaN are not kept.
 */
type Expression = (...operands: readonly string[]) => string;

const comparisons = { eq: "===", ne: "!==", lt: "<", gt: ">", le: "<=", ge: ">=" } as const;

const unsigned32 = (x: string): string => `${x}>>>0`;
const unsigned64 = (x: string): string => `BigInt.asUintN(64,${x})`;
const wrapped = (x: string): string => `BigInt.asIntN(64,${x})`;

function integerComparisons(type: "i32" | "i64", unsigned: (x: string) => string): [string, Expression][] {
  return Object.entries(comparisons).flatMap(([name, sign]): [string, Expression][] => {
    const compare: Expression = (x, y) => `(${x}${sign}${y}|0)`;
    return name === "eq" || name === "ne"
      ? [[`${type}.${name}`, compare]]
      : [
          [`${type}.${name}_s`, compare],
          [`${type}.${name}_u`, (x, y) => compare(`(${unsigned(x!)})`, `(${unsigned(y!)})`)],
        ];
  });
}

const i32: readonly [string, Expression][] = [
  ["i32.eqz", (x) => `(${x}===0|0)`],
  ...integerComparisons("i32", unsigned32),
  ["i32.clz", (x) => `Math.clz32(${x})`],
  ["i32.ctz", (x) => `countTrailingZeros(${x})`],
  ["i32.popcnt", (x) => `countOnes(${x})`],
  ["i32.add", (x, y) => `(${x}+${y}|0)`],
  ["i32.sub", (x, y) => `(${x}-${y}|0)`],
  ["i32.mul", (x, y) => `Math.imul(${x},${y})`],
  ["i32.div_s", (x, y) => `divideSigned(${x},${y})`],
  ["i32.div_u", (x, y) => `divideUnsigned(${x},${y})`],
  ["i32.rem_s", (x, y) => `remainderSigned(${x},${y})`],
  ["i32.rem_u", (x, y) => `remainderUnsigned(${x},${y})`],
  ["i32.and", (x, y) => `(${x}&${y})`],
  ["i32.or", (x, y) => `(${x}|${y})`],
  ["i32.xor", (x, y) => `(${x}^${y})`],
  ["i32.shl", (x, y) => `(${x}<<${y})`],
  ["i32.shr_s", (x, y) => `(${x}>>${y})`],
  ["i32.shr_u", (x, y) => `(${x}>>>${y}|0)`],
  ["i32.rotl", (x, y) => `rotateLeft(${x},${y})`],
  ["i32.rotr", (x, y) => `rotateLeft(${x},(-${y}|0))`],
  ["i32.extend8_s", (x) => `(${x}<<24>>24)`],
  ["i32.extend16_s", (x) => `(${x}<<16>>16)`],
  ["i32.wrap_i64", (x) => `Number(BigInt.asIntN(32,${x}))`],
  ["i32.reinterpret_f32", (x) => `(f32[0]=${x},i32[0])`],
  ["i32.trunc_sat_f32_s", (x) => `truncateSigned(${x})`],
  ["i32.trunc_sat_f32_u", (x) => `truncateUnsigned(${x})`],
  ["i32.trunc_sat_f64_s", (x) => `truncateSigned(${x})`],
  ["i32.trunc_sat_f64_u", (x) => `truncateUnsigned(${x})`],
];

const i64: readonly [string, Expression][] = [
  ["i64.eqz", (x) => `(${x}===0n|0)`],
  ...integerComparisons("i64", unsigned64),
  ["i64.add", (x, y) => wrapped(`${x}+${y}`)],
  ["i64.sub", (x, y) => wrapped(`${x}-${y}`)],
  ["i64.mul", (x, y) => wrapped(`${x}*${y}`)],
  ["i64.div_s", (x, y) => `divideLong(${x},${y})`],
  ["i64.div_u", (x, y) => wrapped(`${unsigned64(x!)}/${unsigned64(y!)}`)],
  ["i64.rem_s", (x, y) => `(${x}%${y})`],
  ["i64.rem_u", (x, y) => wrapped(`${unsigned64(x!)}%${unsigned64(y!)}`)],
  ["i64.and", (x, y) => `(${x}&${y})`],
  ["i64.or", (x, y) => `(${x}|${y})`],
  ["i64.xor", (x, y) => `(${x}^${y})`],
  ["i64.shl", (x, y) => wrapped(`${x}<<(${y}&63n)`)],
  ["i64.shr_s", (x, y) => `(${x}>>(${y}&63n))`],
  ["i64.shr_u", (x, y) => wrapped(`${unsigned64(x!)}>>(${y}&63n)`)],
  ["i64.rotl", (x, y) => `rotateLongLeft(${x},${y})`],
  ["i64.rotr", (x, y) => `rotateLongLeft(${x},-${y})`],
  ["i64.extend_i32_s", (x) => `BigInt(${x})`],
  ["i64.extend_i32_u", (x) => `BigInt(${x}>>>0)`],
  ["i64.reinterpret_f64", (x) => `(f64[0]=${x},i64[0])`],
  ["i64.trunc_sat_f64_s", (x) => `truncateLong(${x})`],
  ["i64.trunc_sat_f64_u", (x) => `truncateUnsignedLong(${x})`],
];

/** What f32 and f64 have in common, but for the rounding of results. */
function floats(type: "f32" | "f64", rounded: (text: string) => string): [string, Expression][] {
  return [
    ...Object.entries(comparisons).map(([name, sign]): [string, Expression] => [
      `${type}.${name}`,
      (x, y) => `(${x}${sign}${y}|0)`,
    ]),
    [`${type}.abs`, (x) => `Math.abs(${x})`],
    [`${type}.neg`, (x) => `(-${x})`],
    [`${type}.ceil`, (x) => `Math.ceil(${x})`],
    [`${type}.floor`, (x) => `Math.floor(${x})`],
    [`${type}.trunc`, (x) => `Math.trunc(${x})`],
    [`${type}.nearest`, (x) => `nearest(${x})`],
    [`${type}.sqrt`, (x) => rounded(`Math.sqrt(${x})`)],
    [`${type}.add`, (x, y) => rounded(`${x}+${y}`)],
    [`${type}.sub`, (x, y) => rounded(`${x}-${y}`)],
    [`${type}.mul`, (x, y) => rounded(`${x}*${y}`)],
    [`${type}.div`, (x, y) => rounded(`${x}/${y}`)],
    [`${type}.min`, (x, y) => `Math.min(${x},${y})`],
    [`${type}.max`, (x, y) => `Math.max(${x},${y})`],
    [`${type}.copysign`, (x, y) => `copySign(${x},${y})`],
    [`${type}.convert_i32_s`, (x) => rounded(`${x}`)],
    [`${type}.convert_i32_u`, (x) => rounded(`${x}>>>0`)],
  ];
}

const conversions: readonly [string, Expression][] = [
  ["f32.convert_i64_s", (x) => `roundLong(${x})`],
  ["f32.convert_i64_u", (x) => `roundLong(${unsigned64(x!)})`],
  ["f64.convert_i64_s", (x) => `Number(${x})`],
  ["f64.convert_i64_u", (x) => `Number(${unsigned64(x!)})`],
  ["f32.demote_f64", (x) => `Math.fround(${x})`],
  ["f64.promote_f32", (x) => x!],
  ["f32.reinterpret_i32", (x) => `(i32[0]=${x},f32[0])`],
  ["f64.reinterpret_i64", (x) => `(i64[0]=${x},f64[0])`],
];

/** By the name in the text format. Operands and results are texts that need no parentheses. */
export const numbers: ReadonlyMap<string, Expression> = new Map([
  ...i32,
  ...i64,
  ...floats("f32", (text) => `Math.fround(${text})`),
  ...floats("f64", (text) => `(${text})`),
  ...conversions,
]);
