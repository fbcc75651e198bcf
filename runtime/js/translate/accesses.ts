import type { Helper } from "./helpers.ts";
import { lane, lanesOf, type View, views } from "./lanes.ts";

/**
 * Memory is read and written through a DataView, `memory`, which takes any address and throws behind the end as
 * WebAssembly traps. Addresses are unsigned numbers by then.
 */
const getters: Readonly<Record<View, (at: string) => string>> = {
  i8: (at) => `memory.getInt8(${at})`,
  u8: (at) => `memory.getUint8(${at})`,
  i16: (at) => `memory.getInt16(${at},true)`,
  u16: (at) => `memory.getUint16(${at},true)`,
  i32: (at) => `memory.getInt32(${at},true)`,
  u32: (at) => `memory.getUint32(${at},true)`,
  i64: (at) => `memory.getBigInt64(${at},true)`,
  u64: (at) => `memory.getBigUint64(${at},true)`,
  f32: (at) => `memory.getFloat32(${at},true)`,
  f64: (at) => `memory.getFloat64(${at},true)`,
};
const setters: Readonly<Record<Exclude<View, `u${string}`>, (at: string, value: string) => string>> = {
  i8: (at, value) => `memory.setInt8(${at},${value})`,
  i16: (at, value) => `memory.setInt16(${at},${value},true)`,
  i32: (at, value) => `memory.setInt32(${at},${value},true)`,
  i64: (at, value) => `memory.setBigInt64(${at},${value},true)`,
  f32: (at, value) => `memory.setFloat32(${at},${value},true)`,
  f64: (at, value) => `memory.setFloat64(${at},${value},true)`,
};

/** Loads of numbers, as expressions of the address. */
export const numberLoads: ReadonlyMap<string, (address: string) => string> = new Map([
  ["i32.load", getters.i32],
  ["i64.load", getters.i64],
  ["f32.load", getters.f32],
  ["f64.load", getters.f64],
  ["i32.load8_s", getters.i8],
  ["i32.load8_u", getters.u8],
  ["i32.load16_s", getters.i16],
  ["i32.load16_u", getters.u16],
]);

/** Stores as statements of address and value, the slot where it is a vector. */
export const stores: ReadonlyMap<string, (address: string, value: string) => string> = new Map([
  ["i32.store", setters.i32],
  ["i64.store", setters.i64],
  ["f32.store", setters.f32],
  ["f64.store", setters.f64],
  ["i32.store8", setters.i8],
  ["i32.store16", setters.i16],
  ["v128.store", (address: string, slot: string) => `v128_store(${address},${slot})`],
]);

/** Stores of one lane of a vector, as statements of address, slot and lane. */
export const laneStores: ReadonlyMap<string, (address: string, slot: string, index: number) => string> =
  new Map(
    (
      [
        ["v128.store8_lane", "i8"],
        ["v128.store16_lane", "i16"],
        ["v128.store32_lane", "i32"],
        ["v128.store64_lane", "i64"],
      ] as const
    ).map(([name, view]) => [name, (at, slot, index) => setters[view](at, lane(view, slot, index))]),
  );

/** Statements that fill the lanes of slot `d`, each from its own place. */
const filled = (name: string, to: View, value: (index: number) => string): Helper => ({
  name,
  parameters: ["d", "p"],
  body: `${Array.from({ length: lanesOf(to) }, (_, i) => `${lane(to, "d", i)}=${value(i)};`).join("")}return d;`,
});

/** Lanes twice as wide as in memory. */
const widened = (name: string, from: View, to: View): Helper =>
  filled(name, to, (i) => {
    const read = getters[from](`p+${i << views[from].log}`);
    return to === "i64" ? `BigInt(${read})` : read;
  });

const splat = (name: string, view: View): Helper => ({
  name,
  parameters: ["d", "p"],
  body: `const x=${getters[view]("p")};${filled(name, view, () => "x").body}`,
});

/** Loads and stores of vectors; `p` is the address. */
export const accessHelpers: readonly Helper[] = [
  filled("v128.load", "i32", (i) => getters.i32(`p+${4 * i}`)),
  widened("v128.load8x8_s", "i8", "i16"),
  widened("v128.load8x8_u", "u8", "i16"),
  widened("v128.load16x4_s", "i16", "i32"),
  widened("v128.load16x4_u", "u16", "i32"),
  widened("v128.load32x2_s", "i32", "i64"),
  widened("v128.load32x2_u", "u32", "i64"),
  splat("v128.load8_splat", "i8"),
  splat("v128.load16_splat", "i16"),
  splat("v128.load32_splat", "i32"),
  filled("v128.load64_splat", "i32", (i) => getters.i32(`p+${4 * (i % 2)}`)),
  filled("v128.load32_zero", "i32", (i) => (i < 1 ? getters.i32("p") : "0")),
  filled("v128.load64_zero", "i32", (i) => (i < 2 ? getters.i32(`p+${4 * i}`) : "0")),
  {
    name: "v128.store",
    parameters: ["p", "a"],
    body: [0, 1, 2, 3].map((i) => `${setters.i32(`p+${4 * i}`, lane("i32", "a", i))};`).join(""),
  },
];
