import type { Attribute } from "../ir/attributes.ts";
import type { FloatName, FloatType } from "../ir/types.ts";
import { floatBits } from "../ir/types.ts";
import {
  bitsOf,
  codesPerSign,
  decode,
  infinityCode,
  namedFloatFormats,
  nanCode,
} from "../numeric/float-format.ts";

/** A float given by the bits of its own format; excess high bits are dropped. A NaN keeps its bits. */
export function floatOfBits(bits: bigint, type: FloatType): Attribute {
  const own = BigInt.asUintN(floatBits[type.name], bits);
  const value = valueOfBits(own, type.name);
  return { kind: "float", value, type, ...(Number.isNaN(value) && { bits: own }) };
}

function valueOfBits(bits: bigint, name: FloatName): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  if (name === "f64") return view.getFloat64(0);
  if (name === "f32") return view.getFloat32(4);
  return decode(namedFloatFormats[name], Number(bits));
}

/** `0x…` with all digits of the format, for what no decimal says: ±∞ and NaN, of which `bits` is the payload. */
export function printFloatBits(value: number, { name }: FloatType, bits?: bigint): string {
  const digits = Math.ceil(floatBits[name] / 4);
  return `0x${(bits ?? bitsOfSpecial(value, name)).toString(16).toUpperCase().padStart(digits, "0")}`;
}

function bitsOfSpecial(value: number, name: FloatName): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (name === "f64") view.setFloat64(0, value);
  else if (name === "f32") view.setFloat32(4, value);
  else view.setBigUint64(0, BigInt(codeOfSpecial(value, name)));
  return view.getBigUint64(0);
}

/** A format without infinity has its NaN instead; one without NaN has its largest code. */
function codeOfSpecial(value: number, name: Exclude<FloatName, "f64" | "f32">): number {
  const format = namedFloatFormats[name];
  const largest = 2 ** bitsOf(format) - 1;
  if (Number.isNaN(value)) return nanCode(format) ?? largest;
  const infinity = infinityCode(format);
  if (infinity === undefined) return nanCode(format) ?? largest;
  return value < 0 ? infinity + codesPerSign(format) : infinity;
}
