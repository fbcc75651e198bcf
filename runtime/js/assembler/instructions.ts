/** Types of WebAssembly values. */
export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** What an instruction takes from the stack, what it leaves there, and its opcode. */
export interface Instruction {
  readonly opcode: number;
  /** First byte of the encoding where the opcode does not stand alone: SIMD 0xfd, saturating truncation 0xfc, atomics 0xfe. */
  readonly prefix?: number;
  readonly operands: readonly ValueType[];
  readonly result: ValueType | undefined;
}

/** Names in the order of their opcodes; `_` leaves an opcode out. */
type Names = string;
interface Group {
  readonly first: number;
  readonly names: Names;
  readonly prefix?: number;
  /** As in `i32 i32 : i32`. */
  readonly signature: string;
}

const SIMD = 0xfd;
const SATURATING = 0xfc;

/** WebAssembly core specification 2.0 (binary format, instructions) and the relaxed SIMD proposal. */
const groups: readonly Group[] = [
  { first: 0x45, signature: "i32 : i32", names: "i32.eqz" },
  {
    first: 0x46,
    signature: "i32 i32 : i32",
    names: "i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u",
  },
  { first: 0x50, signature: "i64 : i32", names: "i64.eqz" },
  {
    first: 0x51,
    signature: "i64 i64 : i32",
    names: "i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u",
  },
  { first: 0x5b, signature: "f32 f32 : i32", names: "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge" },
  { first: 0x61, signature: "f64 f64 : i32", names: "f64.eq f64.ne f64.lt f64.gt f64.le f64.ge" },
  { first: 0x67, signature: "i32 : i32", names: "i32.clz i32.ctz i32.popcnt" },
  {
    first: 0x6a,
    signature: "i32 i32 : i32",
    names:
      "i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr",
  },
  {
    first: 0x7c,
    signature: "i64 i64 : i64",
    names:
      "i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr",
  },
  {
    first: 0x8b,
    signature: "f32 : f32",
    names: "f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt",
  },
  {
    first: 0x92,
    signature: "f32 f32 : f32",
    names: "f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign",
  },
  {
    first: 0x99,
    signature: "f64 : f64",
    names: "f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt",
  },
  {
    first: 0xa0,
    signature: "f64 f64 : f64",
    names: "f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign",
  },
  { first: 0xa7, signature: "i64 : i32", names: "i32.wrap_i64" },
  { first: 0xac, signature: "i32 : i64", names: "i64.extend_i32_s i64.extend_i32_u" },
  { first: 0xb2, signature: "i32 : f32", names: "f32.convert_i32_s f32.convert_i32_u" },
  { first: 0xb4, signature: "i64 : f32", names: "f32.convert_i64_s f32.convert_i64_u" },
  { first: 0xb6, signature: "f64 : f32", names: "f32.demote_f64" },
  { first: 0xb7, signature: "i32 : f64", names: "f64.convert_i32_s f64.convert_i32_u" },
  { first: 0xb9, signature: "i64 : f64", names: "f64.convert_i64_s f64.convert_i64_u" },
  { first: 0xbb, signature: "f32 : f64", names: "f64.promote_f32" },
  { first: 0xbc, signature: "f32 : i32", names: "i32.reinterpret_f32" },
  { first: 0xbd, signature: "f64 : i64", names: "i64.reinterpret_f64" },
  { first: 0xbe, signature: "i32 : f32", names: "f32.reinterpret_i32" },
  { first: 0xbf, signature: "i64 : f64", names: "f64.reinterpret_i64" },
  { first: 0xc0, signature: "i32 : i32", names: "i32.extend8_s i32.extend16_s" },
  {
    first: 0,
    prefix: SATURATING,
    signature: "f32 : i32",
    names: "i32.trunc_sat_f32_s i32.trunc_sat_f32_u",
  },
  {
    first: 2,
    prefix: SATURATING,
    signature: "f64 : i32",
    names: "i32.trunc_sat_f64_s i32.trunc_sat_f64_u",
  },
  {
    first: 6,
    prefix: SATURATING,
    signature: "f64 : i64",
    names: "i64.trunc_sat_f64_s i64.trunc_sat_f64_u",
  },
  { first: 14, prefix: SIMD, signature: "v128 v128 : v128", names: "i8x16.swizzle" },
  { first: 15, prefix: SIMD, signature: "i32 : v128", names: "i8x16.splat i16x8.splat i32x4.splat" },
  { first: 18, prefix: SIMD, signature: "i64 : v128", names: "i64x2.splat" },
  { first: 19, prefix: SIMD, signature: "f32 : v128", names: "f32x4.splat" },
  { first: 20, prefix: SIMD, signature: "f64 : v128", names: "f64x2.splat" },
  {
    first: 35,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names:
      "i8x16.eq i8x16.ne i8x16.lt_s i8x16.lt_u i8x16.gt_s i8x16.gt_u i8x16.le_s i8x16.le_u i8x16.ge_s i8x16.ge_u i16x8.eq i16x8.ne i16x8.lt_s i16x8.lt_u i16x8.gt_s i16x8.gt_u i16x8.le_s i16x8.le_u i16x8.ge_s i16x8.ge_u i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s i32x4.le_u i32x4.ge_s i32x4.ge_u f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge",
  },
  { first: 77, prefix: SIMD, signature: "v128 : v128", names: "v128.not" },
  { first: 78, prefix: SIMD, signature: "v128 v128 : v128", names: "v128.and v128.andnot v128.or v128.xor" },
  { first: 82, prefix: SIMD, signature: "v128 v128 v128 : v128", names: "v128.bitselect" },
  { first: 83, prefix: SIMD, signature: "v128 : i32", names: "v128.any_true" },
  {
    first: 94,
    prefix: SIMD,
    signature: "v128 : v128",
    names: "f32x4.demote_f64x2_zero f64x2.promote_low_f32x4 i8x16.abs i8x16.neg i8x16.popcnt",
  },
  { first: 99, prefix: SIMD, signature: "v128 : i32", names: "i8x16.all_true i8x16.bitmask" },
  {
    first: 101,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "i8x16.narrow_i16x8_s i8x16.narrow_i16x8_u",
  },
  {
    first: 103,
    prefix: SIMD,
    signature: "v128 : v128",
    names: "f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest",
  },
  { first: 107, prefix: SIMD, signature: "v128 i32 : v128", names: "i8x16.shl i8x16.shr_s i8x16.shr_u" },
  {
    first: 110,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "i8x16.add i8x16.add_sat_s i8x16.add_sat_u i8x16.sub i8x16.sub_sat_s i8x16.sub_sat_u",
  },
  { first: 116, prefix: SIMD, signature: "v128 : v128", names: "f64x2.ceil f64x2.floor" },
  {
    first: 118,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "i8x16.min_s i8x16.min_u i8x16.max_s i8x16.max_u",
  },
  { first: 122, prefix: SIMD, signature: "v128 : v128", names: "f64x2.trunc" },
  { first: 123, prefix: SIMD, signature: "v128 v128 : v128", names: "i8x16.avgr_u" },
  {
    first: 124,
    prefix: SIMD,
    signature: "v128 : v128",
    names:
      "i16x8.extadd_pairwise_i8x16_s i16x8.extadd_pairwise_i8x16_u i32x4.extadd_pairwise_i16x8_s i32x4.extadd_pairwise_i16x8_u i16x8.abs i16x8.neg",
  },
  { first: 130, prefix: SIMD, signature: "v128 v128 : v128", names: "i16x8.q15mulr_sat_s" },
  { first: 131, prefix: SIMD, signature: "v128 : i32", names: "i16x8.all_true i16x8.bitmask" },
  {
    first: 133,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "i16x8.narrow_i32x4_s i16x8.narrow_i32x4_u",
  },
  {
    first: 135,
    prefix: SIMD,
    signature: "v128 : v128",
    names:
      "i16x8.extend_low_i8x16_s i16x8.extend_high_i8x16_s i16x8.extend_low_i8x16_u i16x8.extend_high_i8x16_u",
  },
  { first: 139, prefix: SIMD, signature: "v128 i32 : v128", names: "i16x8.shl i16x8.shr_s i16x8.shr_u" },
  {
    first: 142,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "i16x8.add i16x8.add_sat_s i16x8.add_sat_u i16x8.sub i16x8.sub_sat_s i16x8.sub_sat_u",
  },
  { first: 148, prefix: SIMD, signature: "v128 : v128", names: "f64x2.nearest" },
  {
    first: 149,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names:
      "i16x8.mul i16x8.min_s i16x8.min_u i16x8.max_s i16x8.max_u _ i16x8.avgr_u i16x8.extmul_low_i8x16_s i16x8.extmul_high_i8x16_s i16x8.extmul_low_i8x16_u i16x8.extmul_high_i8x16_u",
  },
  { first: 160, prefix: SIMD, signature: "v128 : v128", names: "i32x4.abs i32x4.neg" },
  { first: 163, prefix: SIMD, signature: "v128 : i32", names: "i32x4.all_true i32x4.bitmask" },
  {
    first: 167,
    prefix: SIMD,
    signature: "v128 : v128",
    names:
      "i32x4.extend_low_i16x8_s i32x4.extend_high_i16x8_s i32x4.extend_low_i16x8_u i32x4.extend_high_i16x8_u",
  },
  { first: 171, prefix: SIMD, signature: "v128 i32 : v128", names: "i32x4.shl i32x4.shr_s i32x4.shr_u" },
  { first: 174, prefix: SIMD, signature: "v128 v128 : v128", names: "i32x4.add _ _ i32x4.sub" },
  {
    first: 181,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names:
      "i32x4.mul i32x4.min_s i32x4.min_u i32x4.max_s i32x4.max_u i32x4.dot_i16x8_s _ i32x4.extmul_low_i16x8_s i32x4.extmul_high_i16x8_s i32x4.extmul_low_i16x8_u i32x4.extmul_high_i16x8_u",
  },
  { first: 192, prefix: SIMD, signature: "v128 : v128", names: "i64x2.abs i64x2.neg" },
  { first: 195, prefix: SIMD, signature: "v128 : i32", names: "i64x2.all_true i64x2.bitmask" },
  {
    first: 199,
    prefix: SIMD,
    signature: "v128 : v128",
    names:
      "i64x2.extend_low_i32x4_s i64x2.extend_high_i32x4_s i64x2.extend_low_i32x4_u i64x2.extend_high_i32x4_u",
  },
  { first: 203, prefix: SIMD, signature: "v128 i32 : v128", names: "i64x2.shl i64x2.shr_s i64x2.shr_u" },
  { first: 206, prefix: SIMD, signature: "v128 v128 : v128", names: "i64x2.add _ _ i64x2.sub" },
  {
    first: 213,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names:
      "i64x2.mul i64x2.eq i64x2.ne i64x2.lt_s i64x2.gt_s i64x2.le_s i64x2.ge_s i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s i64x2.extmul_low_i32x4_u i64x2.extmul_high_i32x4_u",
  },
  { first: 224, prefix: SIMD, signature: "v128 : v128", names: "f32x4.abs f32x4.neg _ f32x4.sqrt" },
  {
    first: 228,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.min f32x4.max f32x4.pmin f32x4.pmax",
  },
  { first: 236, prefix: SIMD, signature: "v128 : v128", names: "f64x2.abs f64x2.neg _ f64x2.sqrt" },
  {
    first: 240,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "f64x2.add f64x2.sub f64x2.mul f64x2.div f64x2.min f64x2.max f64x2.pmin f64x2.pmax",
  },
  {
    first: 248,
    prefix: SIMD,
    signature: "v128 : v128",
    names:
      "i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u i32x4.trunc_sat_f64x2_s_zero i32x4.trunc_sat_f64x2_u_zero f64x2.convert_low_i32x4_s f64x2.convert_low_i32x4_u",
  },
  { first: 0x100, prefix: SIMD, signature: "v128 v128 : v128", names: "i8x16.relaxed_swizzle" },
  {
    first: 0x105,
    prefix: SIMD,
    signature: "v128 v128 v128 : v128",
    names: "f32x4.relaxed_madd f32x4.relaxed_nmadd f64x2.relaxed_madd f64x2.relaxed_nmadd",
  },
  {
    first: 0x112,
    prefix: SIMD,
    signature: "v128 v128 : v128",
    names: "i16x8.relaxed_dot_i8x16_i7x16_s",
  },
  {
    first: 0x113,
    prefix: SIMD,
    signature: "v128 v128 v128 : v128",
    names: "i32x4.relaxed_dot_i8x16_i7x16_add_s",
  },
];

function expand({ first, names, prefix, signature }: Group): [string, Instruction][] {
  const [taken = "", left] = signature.split(" : ");
  const operands = taken.split(" ") as ValueType[];
  return names.split(" ").flatMap((name, i): [string, Instruction][] =>
    name === "_"
      ? []
      : [
          [
            name,
            {
              opcode: first + i,
              operands,
              result: left as ValueType,
              ...(prefix !== undefined && { prefix }),
            },
          ],
        ],
  );
}

/** Instructions without immediates, by their name in the text format. */
export const instructions: ReadonlyMap<string, Instruction> = new Map(groups.flatMap(expand));
