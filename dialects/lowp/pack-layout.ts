import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { packBits, packTrits, unpackBits, unpackTrits } from "../../compiler/numeric/packing.ts";
import { packPlanes, planesByteLength, unpackPlanes } from "../../compiler/numeric/planes.ts";
import { bitsOfElement, describeElement, type ElementFormat } from "./elements.ts";

/** How the codes of a value lie in bytes: the parameter `pack` of `!lowp.q`. */
export type PackLayout =
  /** One code after another, its least significant bit first. */
  | { readonly kind: "lsb_first" }
  /** Five trits to a byte. */
  | { readonly kind: "trits" }
  /** `planes[2,4]`: fields of these widths, from the most significant bits down, each in a plane of its own. (F6, F15) */
  | { readonly kind: "planes"; readonly widths: readonly number[] };

/** Reads the text of a layout; undefined for one there is not. */
export function packLayout(text: string): PackLayout | undefined {
  if (text === "lsb_first" || text === "trits") return { kind: text };
  const match = /^planes\[([1-9]\d*(?:, ?[1-9]\d*)*)\]$/.exec(text);
  return match ? { kind: "planes", widths: match[1]!.split(",").map(Number) } : undefined;
}

/** Whether an element can be packed so. */
export function packProblems(element: ElementFormat, text: string): readonly Mismatch[] {
  const layout = packLayout(text);
  if (!layout) return [mismatch("pack", `pack is "${text}", expected "lsb_first", "trits" or "planes[…]"`)];
  if (layout.kind === "lsb_first") return [];
  if (layout.kind === "trits")
    return element.kind === "trit"
      ? []
      : [mismatch("pack", `pack = "trits" needs a trit element, found ${describeElement(element)}`)];
  const bits = bitsOfElement(element);
  const sum = layout.widths.reduce((total, width) => total + width, 0);
  if (sum !== bits)
    return [
      mismatch("pack", `the planes hold ${sum} bits, ${describeElement(element)} has ${bits}`, {
        hint: "give the widths of all fields of a code, from the most significant bits down",
      }),
    ];
  if (layout.widths.length > 1) return [];
  return [
    mismatch("pack", `one plane of ${bits} bits is no split`, {
      hint: 'leave out pack, whose default "lsb_first" is the same bytes',
    }),
  ];
}

/** Bytes of a number of codes. */
export function packedByteLength(count: number, element: ElementFormat, text: string): number {
  const layout = packLayout(text);
  if (layout?.kind === "trits") return Math.ceil(count / 5);
  if (layout?.kind === "planes") return planesByteLength(count, layout.widths);
  return Math.ceil((count * bitsOfElement(element)) / 8);
}

/** The bytes of codes, in the layout of a verified type. */
export function packCodes(codes: Int32Array, element: ElementFormat, text: string): Uint8Array {
  const layout = packLayout(text);
  if (layout?.kind === "trits") return packTrits(codes);
  if (layout?.kind === "planes") return packPlanes(codes, layout.widths);
  return packBits(codes, bitsOfElement(element));
}

/** The codes packCodes wrote, signed ones as two's complement; undefined for a byte that no five trits make. */
export function unpackCodes(
  bytes: Uint8Array,
  count: number,
  of: { readonly element: ElementFormat; readonly text: string; readonly signed: boolean },
): Int32Array | undefined {
  const layout = packLayout(of.text);
  if (layout?.kind === "trits") return unpackTrits(bytes, count);
  if (layout?.kind === "planes") return unpackPlanes(bytes, layout.widths, count, of.signed);
  return unpackBits(bytes, bitsOfElement(of.element), count, of.signed);
}
