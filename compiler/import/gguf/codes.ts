/** Codes of 4 bits, the first half of them in the low nibbles and the second in the high ones. */
export function unpackNibbleHalves(bytes: Uint8Array, at: number, codes: Int32Array): void {
  const middle = codes.length / 2;
  for (let index = 0; index < middle; index++) {
    const byte = bytes[at + index]!;
    codes[index] = byte & 15;
    codes[index + middle] = byte >> 4;
  }
}

/** Bytes that share their digits' places, where they start, and digits taken of each. */
const ternaryRuns = [
  { from: 0, count: 32, digits: 5 },
  { from: 32, count: 16, digits: 5 },
  { from: 48, count: 4, digits: 4 },
] as const;

/**
 * 256 values of {−1, 0, 1} from 52 bytes. A byte is a fraction byte/256 in base 3; digit n of all bytes of a run comes
 * before digit n + 1 of any. (ggml TQ1_0)
 */
export function unpackTernary(bytes: Uint8Array, at: number, codes: Int32Array): void {
  let filled = 0;
  for (const { from, count, digits } of ternaryRuns)
    for (let digit = 0, power = 1; digit < digits; digit++, power *= 3)
      for (let index = 0; index < count; index++) {
        const fraction = (bytes[at + from + index]! * power) & 255;
        codes[filled++] = ((fraction * 3) >> 8) - 1;
      }
}
