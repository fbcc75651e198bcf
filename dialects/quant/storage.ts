import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { Literal } from "../../compiler/ir/attributes.ts";
import { word } from "../../compiler/ir/attributes.ts";
import {
  type FloatName,
  type FloatType,
  type IntegerType,
  integer,
  type Type,
} from "../../compiler/ir/types.ts";

/** The type of the codes and the range they use; `u8` is a signless i8 read as unsigned. */
export interface Storage {
  readonly type: IntegerType | FloatType;
  readonly signed: boolean;
  readonly minimum: number;
  readonly maximum: number;
}

export interface CodeRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** The float formats upstream admits as storage, with their largest finite value. */
const largestFloat: Readonly<Partial<Record<FloatName, number>>> = {
  f8E5M2: 57344,
  f8E4M3FN: 448,
  f4E2M1FN: 6,
};

/** All codes the storage type has. */
export function fullRange({ type, signed }: Pick<Storage, "type" | "signed">): CodeRange {
  if (type.kind === "float") {
    const largest = largestFloat[type.name] ?? 0;
    return { minimum: -largest, maximum: largest };
  }
  return signed
    ? { minimum: -(2 ** (type.width - 1)), maximum: 2 ** (type.width - 1) - 1 }
    : { minimum: 0, maximum: 2 ** type.width - 1 };
}

/** A storage type that uses `range`, or all its codes. */
export const storageOf = (
  type: IntegerType | FloatType,
  signed = !(type.kind === "integer" && type.signedness === "unsigned"),
  range: CodeRange = fullRange({ type, signed }),
): Storage => ({ type, signed, ...range });

const fault = (message: string): Mismatch => mismatch("type-parameters", message);

/** `i8`, `u8`, `si8`, `f8E4M3FN`, each perhaps with `<minimum:maximum>`. */
export function decodeStorage(literal: Literal | undefined): Storage | Mismatch {
  const ranged = literal?.kind === "apply" ? literal : undefined;
  const bare = decodeBareStorage(ranged ? ranged.head : literal);
  if (isMismatch(bare) || ranged === undefined) return bare;
  const range = decodeRange(ranged.items);
  return isMismatch(range) ? range : { ...bare, ...range };
}

function decodeBareStorage(literal: Literal | undefined): Storage | Mismatch {
  if (literal?.kind === "type") return storageOfType(literal.type);
  const match = literal?.kind === "word" ? /^(u|i|si|ui)(\d+)$/.exec(literal.text) : undefined;
  if (!match) return fault("illegal quantized storage type alias");
  const prefixes: Readonly<Record<string, IntegerType["signedness"]>> = { si: "signed", ui: "unsigned" };
  const signedness = prefixes[match[1]!] ?? "signless";
  return storageOf(integer(Number(match[2]), signedness), match[1] === "i" || match[1] === "si");
}

function storageOfType(type: Type): Storage | Mismatch {
  if (type.kind === "integer" || (type.kind === "float" && type.name in largestFloat)) return storageOf(type);
  return fault("storage type must be an integer or float type");
}

/** The two integers of `<minimum:maximum>`. */
export function decodeRange(items: readonly Literal[]): CodeRange | Mismatch {
  const [only] = items;
  if (items.length !== 1 || only?.kind !== "chain" || only.items.length !== 2) return fault("expected ':'");
  const [minimum, maximum] = only.items.map(integerOf);
  return minimum === undefined || maximum === undefined
    ? fault("expected integer value")
    : { minimum, maximum };
}

/** The value of an integer literal that a JavaScript number holds exactly. */
export function integerOf(literal: Literal | undefined): number | undefined {
  if (literal?.kind !== "integer") return undefined;
  const value = Number(literal.value);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** As it was written, without a range. */
export const encodeBareStorage = ({ type, signed }: Storage): Literal =>
  type.kind === "integer" && type.signedness === "signless" && !signed
    ? word(`u${type.width}`)
    : { kind: "type", type };

/** As it was written; the range of all codes is left out. */
export function encodeStorage(storage: Storage): Literal {
  const head = encodeBareStorage(storage);
  return usesAllCodes(storage) ? head : { kind: "apply", head, items: [encodeRange(storage)] };
}

export const encodeRange = ({ minimum, maximum }: CodeRange): Literal => ({
  kind: "chain",
  items: [integerLiteral(minimum), integerLiteral(maximum)],
});

export const integerLiteral = (value: number): Literal => ({
  kind: "integer",
  value: BigInt(value),
  type: integer(64),
});

export function usesAllCodes(storage: Storage): boolean {
  const { minimum, maximum } = fullRange(storage);
  return storage.minimum === minimum && storage.maximum === maximum;
}
