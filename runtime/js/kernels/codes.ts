import { type Expression, extract, type Local, op } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";

/** How codes are held, row-major and without gaps. */
export type CodeStorage = "i8" | "u8" | "i16";

export const codeBytes: Readonly<Record<CodeStorage, number>> = { i8: 1, u8: 1, i16: 2 };

/** Stores the first 1 to 4 codes of a vector (i32x4), each within its storage. */
export function storeCodes(
  f: FunctionBuilder,
  storage: CodeStorage,
  address: Local,
  codes: Local,
  count: number,
): void {
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

/** Four codes from an address, as i32x4. */
export function loadCodes(storage: CodeStorage, address: Expression): Expression {
  if (storage === "i16") return load("v128.load16x4_s", address);
  const bytes = load("v128.load32_zero", address);
  return storage === "i8"
    ? op("i32x4.extend_low_i16x8_s", op("i16x8.extend_low_i8x16_s", bytes))
    : op("i32x4.extend_low_i16x8_u", op("i16x8.extend_low_i8x16_u", bytes));
}
