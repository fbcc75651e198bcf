import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { BodySyntax } from "../../compiler/define/type.ts";
import { floatAttribute, type Literal } from "../../compiler/ir/attributes.ts";
import type { FloatType, IntegerType } from "../../compiler/ir/types.ts";
import { decodeScales, encodeScales, floatOf, type ScaleTensor } from "./scales.ts";
import {
  decodeRange,
  decodeStorage,
  encodeBareStorage,
  encodeRange,
  encodeStorage,
  integerLiteral,
  integerOf,
  type Storage,
  usesAllCodes,
} from "./storage.ts";

/** Which codes share a scale: all, those of one index of an axis, or those of one block. */
export type Granularity =
  | { readonly kind: "layer" }
  | { readonly kind: "axis"; readonly axis: number }
  | { readonly kind: "blocks"; readonly blocks: readonly { readonly axis: number; readonly size: number }[] };

export interface Any {
  readonly storage: Storage;
  readonly expressed: FloatType | undefined;
}
export interface Uniform {
  readonly storage: Storage;
  readonly expressed: FloatType;
  readonly granularity: Granularity;
  readonly scales: ScaleTensor;
}
export interface Calibrated {
  readonly expressed: FloatType;
  readonly minimum: number;
  readonly maximum: number;
}
/** real = values[code − minimum]. */
export interface Quantile {
  readonly storage: Storage;
  readonly expressed: FloatType | IntegerType;
  readonly values: readonly number[];
}

const fault = (message: string): Mismatch => mismatch("type-parameters", message);
const partsOf = (literal: Literal | undefined): readonly Literal[] =>
  literal?.kind === "chain" ? literal.items : literal ? [literal] : [];

function expressedOf(literal: Literal | undefined): FloatType | Mismatch {
  if (literal === undefined || literal.kind === "sequence") return fault("expected ':'");
  return literal.kind === "type" && literal.type.kind === "float"
    ? literal.type
    : fault("expressed type must be floating point");
}

/** `i8<-8:7>:f32`; the expressed type may be left out. */
export const anySyntax: BodySyntax<Any> = {
  decode(items) {
    const [first, second, ...rest] = partsOf(items[0]);
    if (items.length > 1 || rest.length > 0 || first?.kind === "sequence") return fault("expected '>'");
    const storage = decodeStorage(first);
    if (isMismatch(storage)) return storage;
    const expressed = second && expressedOf(second);
    return isMismatch(expressed) ? expressed : { storage, expressed };
  },
  encode({ storage, expressed }) {
    const head = encodeStorage(storage);
    return [expressed ? { kind: "chain", items: [head, { kind: "type", type: expressed }] } : head];
  },
};

/** `i8<-8:7>:f32, 0.5:3`, `i8:f32:1, {0.5:3, 0.25}`, `i8:f32:{0:1, 1:2}, {{…}, {…}}`. */
export const uniformSyntax: BodySyntax<Uniform> = {
  decode(items) {
    const [head, parameters, ...rest] = items;
    const [first, second, third, ...more] = partsOf(head);
    if (first?.kind === "sequence")
      return fault(first.items[0]?.kind === "chain" ? "expected ','" : "expected ':'");
    if (parameters === undefined || more.length > 0) return fault("expected ','");
    if (rest.length > 0) return fault("expected '>'");
    const storage = decodeStorage(first);
    if (isMismatch(storage)) return storage;
    const expressed = expressedOf(second);
    if (isMismatch(expressed)) return expressed;
    const granularity = decodeGranularity(third);
    if (isMismatch(granularity)) return granularity;
    const scales = decodeScalesFor(granularity, parameters);
    return isMismatch(scales) ? scales : { storage, expressed, granularity, scales };
  },
  encode({ storage, expressed, granularity, scales }) {
    const blocks = encodeGranularity(granularity);
    const head: Literal[] = [encodeStorage(storage), { kind: "type", type: expressed }];
    return [{ kind: "chain", items: blocks ? [...head, blocks] : head }, encodeScales(scales)];
  },
};

/** `1`, `{0:1, 1:2}` or nothing. */
export function decodeGranularity(literal: Literal | undefined): Granularity | Mismatch {
  if (literal === undefined) return { kind: "layer" };
  if (literal.kind !== "group" || literal.open !== "{") {
    const axis = integerOf(literal);
    return axis === undefined ? fault("expected integer value") : { kind: "axis", axis };
  }
  const blocks: { readonly axis: number; readonly size: number }[] = [];
  for (const item of literal.items) {
    const parts = partsOf(item);
    if (parts.length !== 2) return fault("expected ':'");
    const [axis, size] = parts.map(integerOf);
    if (axis === undefined || size === undefined) return fault("expected integer value");
    blocks.push({ axis, size });
  }
  return { kind: "blocks", blocks };
}

/** Nothing where all codes share one scale. */
export function encodeGranularity(granularity: Granularity): Literal | undefined {
  if (granularity.kind === "layer") return undefined;
  if (granularity.kind === "axis") return integerLiteral(granularity.axis);
  const items = granularity.blocks.map(
    ({ axis, size }): Literal => ({ kind: "chain", items: [integerLiteral(axis), integerLiteral(size)] }),
  );
  return { kind: "group", open: "{", items };
}

function decodeScalesFor({ kind }: Granularity, literal: Literal): ScaleTensor | Mismatch {
  const scales = decodeScales(literal);
  if (isMismatch(scales)) return scales;
  const rank = scales.shape.length;
  if (kind === "layer" && rank > 0) return fault("expected floating point literal");
  if (kind !== "layer" && rank === 0) return fault("expected '{'");
  if (kind === "axis" && rank > 1) return fault("expected floating point literal");
  return scales;
}

/** `f32<-0.998:1.2321>`. */
export const calibratedSyntax: BodySyntax<Calibrated> = {
  decode(items) {
    const [only] = items;
    const range = only?.kind === "apply" && items.length === 1 ? partsOf(only.items[0]) : [];
    const [minimum, maximum] = range.map(floatOf);
    if (only?.kind !== "apply" || range.length !== 2 || minimum === undefined || maximum === undefined)
      return fault("calibrated values must be present");
    const expressed = expressedOf(only.head);
    return isMismatch(expressed) ? expressed : { expressed, minimum, maximum };
  },
  encode({ expressed, minimum, maximum }) {
    const range: Literal = { kind: "chain", items: [floatAttribute(minimum), floatAttribute(maximum)] };
    return [{ kind: "apply", head: { kind: "type", type: expressed }, items: [range] }];
  },
};

/** `ui4:f16, {…}` and perhaps `, <minimum:maximum>`. */
export const quantileSyntax: BodySyntax<Quantile> = {
  decode(items) {
    const [head, table, range, ...rest] = items;
    const [first, second, ...more] = partsOf(head);
    if (table === undefined || more.length > 0) return fault("expected ','");
    if (rest.length > 0) return fault("expected '>'");
    const bare = decodeStorage(first);
    if (isMismatch(bare)) return bare;
    if (second?.kind !== "type" || (second.type.kind !== "float" && second.type.kind !== "integer"))
      return fault("quantile type must be a float or integer type");
    if (table.kind !== "group" || table.open !== "{") return fault("expected '{'");
    const values = table.items.map(floatOf);
    if (values.some((value) => value === undefined)) return fault("expected floating point literal");
    const codes = range && (range.kind === "group" ? decodeRange(range.items) : fault("expected '<'"));
    if (isMismatch(codes)) return codes;
    return { storage: { ...bare, ...codes }, expressed: second.type, values: values as readonly number[] };
  },
  encode({ storage, expressed, values }) {
    const head = [encodeBareStorage(storage), { kind: "type", type: expressed }] as const;
    const table: Literal = { kind: "group", open: "{", items: values.map((value) => floatAttribute(value)) };
    const range: Literal = { kind: "group", open: "<", items: [encodeRange(storage)] };
    return [{ kind: "chain", items: head }, table, ...(usesAllCodes(storage) ? [] : [range])];
  },
};
