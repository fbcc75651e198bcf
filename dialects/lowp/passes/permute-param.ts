import { isDense } from "../../../compiler/define/kernel.ts";
import { isMismatch, type Mismatch } from "../../../compiler/define/op.ts";
import type { PassContext } from "../../../compiler/define/pass.ts";
import { fail, ok, type Result } from "../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { type FloatType, floatBits, type IntegerType, type TensorType } from "../../../compiler/ir/types.ts";
import { elementCount } from "../../../compiler/numeric/tensor.ts";
import { packDense } from "../dense.ts";
import { packValue } from "../pack.ts";
import { type ParamOp, readParam, resourceKeys } from "../params.ts";
import { type Permutation, permuteAxis } from "../permutation.ts";
import { permuteValue } from "../permute-value.ts";
import { readBytes } from "./read-value.ts";

/** Index perm[i] of an axis goes to place i. */
export interface AxisMove {
  readonly axis: number;
  readonly perm: Permutation;
}

/**
 * The bytes of a parameter, by component, after its axes were permuted one after another: the numbers keep their bits.
 * Codes: `reorder-type`, those of readParam.
 */
export function permutedBytes(
  op: ParamOp,
  moves: readonly AxisMove[],
  module: Module,
  context: Pick<PassContext, "constants">,
): Result<Readonly<Record<string, Uint8Array>>> {
  const type = op.attributes.type as TensorType;
  const keys = resourceKeys(op.attributes.value);
  const read = readBytes(op, module, context);
  if (!read.ok) return read;
  const bytes = read.value;
  const dense = bytes.get(keys.get("value") ?? "");
  const width = bytesPerNumber(type);
  if (dense && width !== undefined && dense.length === width * elementCount(type.shape))
    return ok({ value: moveBytes(dense, type, width, moves) });
  const moved = movedValue(op, moves, (key) => bytes.get(key)!);
  if (!isMismatch(moved)) return ok(moved);
  const { blames: _, ...problem } = moved;
  const message = `@${op.attributes.sym_name}: ${problem.message}`;
  return fail({ severity: "error", span: op.span, ...problem, message });
}

/** Undefined for numbers that share bytes, and for values of several components. */
function bytesPerNumber({ element }: TensorType): number | undefined {
  if (element.kind !== "float" && element.kind !== "integer") return undefined;
  const bits = element.kind === "float" ? floatBits[element.name] : element.width;
  return bits % 8 === 0 ? bits / 8 : undefined;
}

const moveBytes = (
  bytes: Uint8Array,
  { shape }: TensorType,
  width: number,
  moves: readonly AxisMove[],
): Uint8Array =>
  moves.reduce<{ readonly shape: readonly number[]; readonly data: Uint8Array }>(
    (tensor, { axis, perm }) => permuteAxis(tensor, axis, perm),
    { shape: [...shape, width], data: bytes },
  ).data;

function movedValue(
  op: ParamOp,
  moves: readonly AxisMove[],
  read: (key: string) => Uint8Array,
): Readonly<Record<string, Uint8Array>> | Mismatch {
  let value = readParam(op, read);
  for (const { axis, perm } of moves) if (!isMismatch(value)) value = permuteValue(value, axis, perm);
  if (isMismatch(value)) return value;
  if (!isDense(value)) return Object.fromEntries(packValue(value));
  const { element } = op.attributes.type as TensorType;
  return { value: packDense(value.data, element as FloatType | IntegerType) };
}
