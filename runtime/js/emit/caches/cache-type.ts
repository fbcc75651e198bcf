import { mismatch } from "../../../../compiler/define/op.ts";
import { DYNAMIC, type TensorType } from "../../../../compiler/ir/types.ts";
import type { QuantizedParameters } from "../../../../dialects/lowp/quantized-laws.ts";
import { groupAlong, quantized, ring } from "../../../../dialects/lowp/types.ts";
import type { ValueType } from "../../../../dialects/lowp/value-type.ts";
import type { CodedEntries } from "../../kernels/attention-entries.ts";
import type { CacheRule } from "../../kernels/cache-rule.ts";
import type { HeldFloatType } from "../../kernels/cast.ts";
import type { CodeStorage } from "../../kernels/codes.ts";
import type { OffsetFormat } from "../../kernels/group-scale.ts";
import type { EntryRounding } from "../../kernels/round-entries.ts";
import { integerRange, scaleFormat, zeroRange } from "../code-formats.ts";
import { refuse } from "../lowering.ts";

/** A cache [entries, groups, width] as kernels take it. */
export interface CacheType extends EntryRounding {
  /** What entries are held in while they wait. */
  readonly tail: HeldFloatType["format"];
}

const refuseCache = (what: string): never =>
  refuse(
    mismatch("js-unsupported", `the js backend does not round caches ${what}`, {
      hint: "it rounds to integers of up to 16 bits with a scale for each channel of several entries, or for neighbours in an entry, as kivi-2 and kv8-token do",
    }),
  );

/** What a tensor of a ring is to kernels; refuses rings that none takes. */
export function cacheTypeOf({ element, shape }: TensorType): CacheType {
  if (!ring.is(element)) return refuseCache("that are no rings");
  const { old, recent, window, axis } = element.parameters;
  const [, groups = DYNAMIC, width = DYNAMIC] = shape;
  if (axis !== 0 || shape.length !== 3 || groups === DYNAMIC || width === DYNAMIC)
    return refuseCache("but those of entries x heads x channels, of which only the first extent is open");
  if (old.kind !== "dialect" || !quantized.is(old)) return refuseCache("to what is not !lowp.q");
  const { parameters } = old;
  if (parameters.rounding !== "half_even" || parameters.overflow !== "saturate")
    return refuseCache(`with rounding = ${parameters.rounding}, overflow = ${parameters.overflow}`);
  const range = integerRange(parameters, refuseCache);
  const zero = parameters.zero && zeroRange(parameters.zero, range, refuseCache);
  const shift = parameters.shift && offsetFormat(parameters.shift);
  const codes = { storage: storageOf(range, width), range, zero, shift };
  return {
    rule: ruleOf(old, window),
    groups,
    width,
    block: blockOf(parameters, groups, width),
    codes,
    format: scaleFormat(parameters, refuseCache),
    tail: tailFormat(recent),
  };
}

/** See `oldExtent`. */
function ruleOf(old: ValueType, window: number): CacheRule {
  const group = groupAlong(old, 0) ?? refuseCache("in blocks of all entries");
  return group === 1 ? { window, batch: 1 } : { window: 0, batch: window === 0 ? group : window };
}

function blockOf(
  { block, tail }: QuantizedParameters,
  groups: number,
  width: number,
): EntryRounding["block"] {
  const [entries = 1, heads = 1, last = 1] = block;
  const channels = last === "*" ? width : Math.min(last, width);
  if (entries === "*" || (heads !== 1 && groups !== 1)) return refuseCache("in blocks of several heads");
  if (entries !== 1 && channels !== 1) return refuseCache("in blocks of several entries and channels");
  if (tail === "pad" && width % channels !== 0) return refuseCache("that are filled up to whole blocks");
  if (entries === 1 && channels !== width && channels % 4 !== 0)
    return refuseCache(`in blocks of ${channels} channels, but of multiples of 4`);
  return { entries, channels };
}

function offsetFormat(type: ValueType): OffsetFormat {
  const isHeld = type.kind === "float" && type.name !== "f64" && type.name !== "f8E8M0FNU";
  return isHeld ? type.name : refuseCache("with shifts that are no floats of up to 32 bits");
}

function tailFormat(type: ValueType): HeldFloatType["format"] {
  const isHeld = type.kind === "float" && type.name !== "f64" && type.name !== "f8E8M0FNU";
  return isHeld ? type.name : refuseCache("that wait in no float of up to 32 bits");
}

/** How kernels read what is rounded. */
export const codedEntriesOf = ({
  rule,
  block,
  codes: { storage, zero, shift },
}: CacheType): CodedEntries => ({
  rule,
  ...block,
  storage,
  offset: zero ? "zero" : shift ? "shift" : "none",
});

/** As few bytes as kernels take: several codes to one where four of them are whole bytes of a row. */
function storageOf([least, most]: readonly [number, number], width: number): CodeStorage {
  if (least === 0 && width % 4 === 0 && (most === 3 || most === 15)) return most === 3 ? "u2" : "u4";
  return least >= 0 && most <= 255 ? "u8" : least >= -128 && most <= 127 ? "i8" : "i16";
}
