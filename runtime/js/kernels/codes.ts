import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, extract, type Local, lanes, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";

/** How codes are held, row-major and without gaps. */
export type WholeStorage = "i8" | "u8" | "i16";
/** Or two or four to a byte, the first in its lowest bits, where rows and groups are multiples of 4. */
export type CodeStorage = WholeStorage | "u4" | "u2";

export const codeBytes: Readonly<Record<CodeStorage, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u4: 1 / 2,
  u2: 1 / 4,
};

/** Bytes from an address to the code that is as many f32 on as an offset in bytes says, a multiple of 16. */
export const codeOffset = (storage: CodeStorage, offset: Expression): Expression =>
  op("i32.shr_u", offset, 2 - Math.log2(codeBytes[storage]));

/** Stores the first 1 to 4 codes of a vector (i32x4), each within its storage. */
export function storeCodes(
  f: FunctionBuilder,
  storage: CodeStorage,
  address: Local,
  codes: Local,
  count: number,
): void {
  if (storage === "u4" || storage === "u2") {
    if (count < 4) unreachable("packed codes come by four");
    storePacked(f, storage, address, codes);
    return;
  }
  if (count < 4) {
    const store = storage === "i16" ? "i32.store16" : "i32.store8";
    for (let lane = 0; lane < count; lane++)
      f.store(store, address, extract("i32x4.extract_lane", codes, lane), lane * codeBytes[storage]);
    return;
  }
  const halves = f.let(op("i16x8.narrow_i32x4_s", codes, codes));
  const narrow = storage === "i8" ? "i8x16.narrow_i16x8_s" : "i8x16.narrow_i16x8_u";
  if (storage === "i16") f.storeLane("v128.store64_lane", address, halves, 0);
  else f.storeLane("v128.store32_lane", address, f.let(op(narrow, halves, halves)), 0);
}

/** Four codes in the lowest bits of one number. */
function storePacked(f: FunctionBuilder, storage: "u4" | "u2", address: Local, codes: Local): void {
  const bits = 8 * codeBytes[storage];
  const lane = (i: number) => op("i32.shl", extract("i32x4.extract_lane", codes, i), bits * i);
  const all = op("i32.or", op("i32.or", lane(0), lane(1)), op("i32.or", lane(2), lane(3)));
  f.store(storage === "u4" ? "i32.store16" : "i32.store8", address, all);
}

/** Four codes from an address, as i32x4. */
export function loadCodes(storage: WholeStorage, address: Expression): Expression {
  if (storage === "i16") return load("v128.load16x4_s", address);
  const bytes = load("v128.load32_zero", address);
  return storage === "i8"
    ? op("i32x4.extend_low_i16x8_s", op("i16x8.extend_low_i8x16_s", bytes))
    : op("i32x4.extend_low_i16x8_u", op("i16x8.extend_low_i8x16_u", bytes));
}

/** Four codes from an address, as f32x4. */
export function loadLevels(storage: CodeStorage, address: Expression): Expression {
  if (storage !== "u4" && storage !== "u2") return op("f32x4.convert_i32x4_s", loadCodes(storage, address));
  const bits = 8 * codeBytes[storage];
  const all = op("i32x4.splat", load(storage === "u4" ? "i32.load16_u" : "i32.load8_u", address));
  const place = [0, 1, 2, 3].map((lane) => 2 ** (bits * lane));
  const masks = lanes(Int32Array.from(place, (unit) => unit * (2 ** bits - 1)));
  // Each is a multiple of its place, so this is exact.
  const inPlace = op("f32x4.convert_i32x4_s", op("v128.and", all, masks));
  return op("f32x4.mul", inPlace, lanes(Float32Array.from(place, (unit) => 1 / unit)));
}
