import type { CompositeValue, Precision } from "../../compiler/define/kernel.ts";
import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import { decodeBf16, encodeBf16 } from "../../compiler/numeric/half.ts";
import { huffmanDecode, huffmanEncode, huffmanLengths } from "../../compiler/numeric/huffman.ts";
import { elementCount, type FloatTensor } from "../../compiler/numeric/tensor.ts";
import { integersOf } from "./values.ts";

/** Codes of exponents fit a 32-bit word. (DFloat11) */
const longestCode = 32;
const exponents = 256;

/**
 * bf16 numbers with their exponents in a Huffman code of their own: `lengths` ui8[256], the length of the code of
 * each exponent; `rest` ui8, sign and mantissa of each number; `codes`, the bits of the exponents. Other numbers than
 * bf16 ones are rounded to bf16 first, half to even. (DFloat11, arXiv 2504.11651)
 */
export function encodeEntropy({ shape, data }: FloatTensor, type: DialectType): CompositeValue {
  const patterns = encodeBf16(data);
  const symbols = Uint8Array.from(patterns, (pattern) => (pattern >> 7) & 255);
  const counts = new Array<number>(exponents).fill(0);
  for (const symbol of symbols) counts[symbol] = counts[symbol]! + 1;
  const lengths = huffmanLengths(counts, longestCode);
  const codes = Int32Array.from(huffmanEncode(symbols, lengths));
  return {
    shape,
    type,
    components: {
      lengths: { shape: [exponents], data: Int32Array.from(lengths) },
      rest: { shape, data: Int32Array.from(patterns, (pattern) => ((pattern >> 8) & 128) | (pattern & 127)) },
      codes: { shape: [codes.length], data: codes },
    },
  };
}

/** The numbers, bit for bit those that were encoded; bytes that are no such code are refused. */
export function decodeEntropy(value: CompositeValue, precision: Precision): FloatTensor | Mismatch {
  const { shape } = value;
  const lengths = integersOf(value, "lengths").data;
  const rest = integersOf(value, "rest").data;
  const bytes = Uint8Array.from(integersOf(value, "codes").data);
  const symbols = huffmanDecode(bytes, lengths, elementCount(shape));
  if (!symbols)
    return mismatch(
      "entropy-code",
      `${bytes.length} bytes do not hold the codes of ${rest.length} exponents`,
      {
        hint: "the bytes are those of another tensor, or were cut",
      },
    );
  const patterns = Uint16Array.from(
    rest,
    (byte, index) => ((byte & 128) << 8) | (symbols[index]! << 7) | (byte & 127),
  );
  const data = decodeBf16(patterns);
  return { shape, data: precision === "f32" ? data : Float64Array.from(data) };
}
