/** How the lanes of vectors are seen: each view is a typed array over the slots that hold all vectors. */
export type View = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "f32" | "f64";

/** The variable of a view in the text, its class, and log2 of the bytes of a lane. */
export const views: Readonly<
  Record<View, { readonly name: string; readonly type: string; readonly log: number }>
> = {
  i8: { name: "i8", type: "Int8Array", log: 0 },
  u8: { name: "u8", type: "Uint8Array", log: 0 },
  i16: { name: "i16", type: "Int16Array", log: 1 },
  u16: { name: "u16", type: "Uint16Array", log: 1 },
  i32: { name: "i32", type: "Int32Array", log: 2 },
  u32: { name: "u32", type: "Uint32Array", log: 2 },
  f32: { name: "f32", type: "Float32Array", log: 2 },
  i64: { name: "i64", type: "BigInt64Array", log: 3 },
  u64: { name: "u64", type: "BigUint64Array", log: 3 },
  f64: { name: "f64", type: "Float64Array", log: 3 },
};

/** How many lanes of a view a vector has. */
export const lanesOf = (view: View): number => 16 >> views[view].log;

/** A lane of the vector whose slot is the value of some text: slots are numbered by their first 32-bit word. */
export function lane(view: View, slot: string, index: number | string): string {
  const { name, log } = views[view];
  const base = log === 2 ? slot : log < 2 ? `(${slot}<<${2 - log})` : `(${slot}>>1)`;
  return `${name}[${index === 0 ? base : `${base}+${index}`}]`;
}

/** Statements that write each lane from the same lanes of operands, which may be where the result is. */
export const lanewise = (view: View, value: (index: number) => string): string =>
  Array.from({ length: lanesOf(view) }, (_, i) => `${lane(view, "d", i)}=${value(i)};`).join("");

/** Statements that compute all lanes before they write one, for operands that are read elsewhere than written. */
export function together(view: View, value: (index: number) => string): string {
  const indices = Array.from({ length: lanesOf(view) }, (_, i) => i);
  const computed = indices.map((i) => `r${i}=${value(i)}`).join(",");
  return `const ${computed};${indices.map((i) => `${lane(view, "d", i)}=r${i};`).join("")}`;
}

/** What the instructions that take a lane out see. */
export const laneViews: Readonly<Record<string, View>> = {
  "i8x16.extract_lane_s": "i8",
  "i8x16.extract_lane_u": "u8",
  "i16x8.extract_lane_s": "i16",
  "i16x8.extract_lane_u": "u16",
  "i32x4.extract_lane": "i32",
  "i64x2.extract_lane": "i64",
  "f32x4.extract_lane": "f32",
  "f64x2.extract_lane": "f64",
};
