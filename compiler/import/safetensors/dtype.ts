/** Bits of one element of each dtype of the format (safetensors 0.6, `Dtype::bitsize`). */
export const bitsOfDtype = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

/** An element type as a safetensors header spells it. */
export type SafetensorsDtype = keyof typeof bitsOfDtype;

/** Whether the word is a dtype of the format; case matters, as in the format. */
export const isSafetensorsDtype = (word: string): word is SafetensorsDtype =>
  Object.hasOwn(bitsOfDtype, word);

/** Bytes of a tensor of this type and shape; not whole where 4- or 6-bit elements leave a byte unfilled. */
export const byteLengthOf = (dtype: SafetensorsDtype, shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, bitsOfDtype[dtype]) / 8;
