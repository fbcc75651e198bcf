/**
 * Packs the low `bits` (1..16) of each code, negative ones as two's complement, one after another without gaps:
 * least significant bit first, so of two 4-bit codes the first is the low nibble. u8[ceil(codes · bits / 8)];
 * unused bits of the last byte are 0.
 */
export function packBits(codes: Int32Array, bits: number): Uint8Array {
  if (bits === 8) return new Uint8Array(codes);
  const bytes = new Uint8Array(Math.ceil((codes.length * bits) / 8));
  const mask = (1 << bits) - 1;
  let pending = 0;
  let pendingBits = 0;
  let filled = 0;
  for (let index = 0; index < codes.length; index++) {
    pending |= (codes[index]! & mask) << pendingBits;
    pendingBits += bits;
    while (pendingBits >= 8) {
      bytes[filled++] = pending;
      pending >>>= 8;
      pendingBits -= 8;
    }
  }
  if (pendingBits > 0) bytes[filled] = pending;
  return bytes;
}

/** i32[count], the codes packBits wrote; `signed` reads them as two's complement. Bytes that are missing read as 0. */
export function unpackBits(bytes: Uint8Array, bits: number, count: number, signed: boolean): Int32Array {
  if (8 % bits === 0) return unpackWithinBytes(bytes, bits, count, signed);
  const codes = new Int32Array(count);
  const mask = (1 << bits) - 1;
  const signShift = signed ? 32 - bits : 0;
  let pending = 0;
  let pendingBits = 0;
  let taken = 0;
  for (let index = 0; index < count; index++) {
    while (pendingBits < bits) {
      pending |= bytes[taken++]! << pendingBits;
      pendingBits += 8;
    }
    codes[index] = ((pending & mask) << signShift) >> signShift;
    pending >>>= bits;
    pendingBits -= bits;
  }
  return codes;
}

/** unpackBits for widths that divide 8, where no code crosses a byte. */
function unpackWithinBytes(bytes: Uint8Array, bits: number, count: number, signed: boolean): Int32Array {
  const codes = new Int32Array(count);
  const mask = (1 << bits) - 1;
  const signShift = signed ? 32 - bits : 0;
  const lastInByte = 8 / bits - 1;
  const byteShift = 31 - Math.clz32(8 / bits);
  for (let index = 0; index < count; index++) {
    const code = (bytes[index >>> byteShift]! >>> ((index & lastInByte) * bits)) & mask;
    codes[index] = (code << signShift) >> signShift;
  }
  return codes;
}

const tritsPerByte = 5;
const largestTritByte = 3 ** tritsPerByte - 1;

/**
 * Packs values of {−1, 0, 1} five to a byte as Σ (value + 1) · 3^i, the first value at i = 0: 1.6 bits each.
 * u8[ceil(trits / 5)], every byte at most 242; absent values of the last byte are digit 0.
 */
export function packTrits(trits: Int32Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(trits.length / tritsPerByte));
  // Last to first, so that each step shifts the later digits up.
  for (let index = trits.length - 1; index >= 0; index--) {
    const byte = Math.floor(index / tritsPerByte);
    bytes[byte] = bytes[byte]! * 3 + trits[index]! + 1;
  }
  return bytes;
}

/** i32[count] of {−1, 0, 1}, the values packTrits wrote; undefined if a byte is missing or above 242, which it never writes. */
export function unpackTrits(bytes: Uint8Array, count: number): Int32Array | undefined {
  if (bytes.length * tritsPerByte < count) return undefined;
  const trits = new Int32Array(count);
  for (let byte = 0; byte * tritsPerByte < count; byte++) {
    const packed = bytes[byte]!;
    if (packed > largestTritByte) return undefined;
    const first = byte * tritsPerByte;
    const end = Math.min(first + tritsPerByte, count);
    let rest = packed;
    for (let index = first; index < end; index++) {
      trits[index] = (rest % 3) - 1;
      rest = Math.trunc(rest / 3);
    }
  }
  return trits;
}
