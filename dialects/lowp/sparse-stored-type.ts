import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import type { DialectType } from "../../compiler/ir/types.ts";
import type { BlockExtent } from "./blocks.ts";
import { elementsPerCode, tableOf } from "./elements.ts";
import type { QuantizedParameters } from "./quantized-laws.ts";
import { describeSparseKind, patternOf, type SparseKind } from "./sparse-kind.ts";
import { storedNumberProblems } from "./sparse-kind-laws.ts";
import { quantized } from "./types.ts";
import { describeValueType, type ValueType } from "./value-type.ts";

/** How the blocks of a quantized value pass into what a sparse kind stores of it. */
export type BlockPassage = "same" | "gathered" | "whole";

/** The type of what is stored, and what becomes of scales, zeros and shifts. */
export interface StoredType {
  readonly type: ValueType;
  /** same: as they are. gathered: those of stored groups. whole: one of each, with as many axes as what is stored. */
  readonly blocks: BlockPassage;
}

/**
 * The type of the stored numbers of a value of `type` and `shape`, each with the code and scale it has. Blocks along
 * the last axis shrink with n:m; in groups they must not be wider than a group; single numbers need one scale for all.
 * Code: `sparse-blocks`.
 */
export function storedType(
  type: ValueType,
  shape: readonly number[],
  kind: SparseKind,
): StoredType | Mismatch {
  const [wrongBits] = storedNumberProblems(kind, type);
  if (wrongBits) return wrongBits;
  if (type.kind === "float" && type.name !== "f64") return { type, blocks: "same" };
  if (!quantized.is(type))
    return mismatch("sparse-blocks", `${describeValueType(type)} cannot be packed`, {
      hint: "pack weights in floats of at most 32 bits, or in !lowp.q",
    });
  const { parameters } = type;
  const problem = partProblem(parameters, shape, kind);
  if (problem) return problem;
  const block = storedBlock(parameters.block, kind);
  if (!block) return blockRefused(parameters.block, kind);
  const blocks = patternOf(kind) ? "same" : block.includes(1) ? "gathered" : "whole";
  return { type: quantized.of({ ...parameters, block }), blocks };
}

/** The type whose stored type, for a matrix, is the given one: the inverse of `storedType`. Code: `sparse-blocks`. */
export function unpackedType(stored: ValueType, kind: SparseKind): ValueType | Mismatch {
  if (!quantized.is(stored)) return stored;
  const { parameters } = stored;
  const { block } = parameters;
  const run = block.at(-1)!;
  const pattern = patternOf(kind);
  const whole = (): readonly BlockExtent[] | undefined =>
    block.every((entry) => entry === "*") ? ["*", "*"] : undefined;
  const unpacked = ((): readonly BlockExtent[] | undefined => {
    if (pattern) {
      if (run === "*") return block;
      return run % pattern.kept === 0 ? block.with(-1, (run / pattern.kept) * pattern.of) : undefined;
    }
    if (kind.kind !== "group" && kind.kind !== "bsr") return whole();
    return block[0] === 1 ? [1, run === "*" ? kind.size : run] : whole();
  })();
  return unpacked ? quantized.of({ ...parameters, block: unpacked }) : blockRefused(block, kind);
}

function partProblem(
  { element, block, tail, scale, zero, shift }: QuantizedParameters,
  shape: readonly number[],
  kind: SparseKind,
): Mismatch | undefined {
  const refuse = (why: string) => mismatch("sparse-blocks", `a value ${why} cannot be packed`);
  if (elementsPerCode(element) > 1) return refuse("of several numbers per code");
  const fits = block.every((entry, axis) => entry === "*" || shape[axis]! % entry === 0);
  if (tail !== "error" && !fits)
    return refuse(`whose last block is ${tail === "pad" ? "filled up" : "short"}`);
  if (patternOf(kind)) return undefined;
  const source = tableOf(element)?.values.kind;
  if (source === "data" || source === "bitmod") return refuse(`with a table of ${source}`);
  const nested = [scale, zero, shift].some((part) => part?.kind === "dialect");
  return nested ? refuse("whose scales have scales") : undefined;
}

/** The blocks of what is stored; undefined where a block holds stored numbers and others that cannot share it. */
function storedBlock(block: readonly BlockExtent[], kind: SparseKind): readonly BlockExtent[] | undefined {
  const run = block.at(-1)!;
  const pattern = patternOf(kind);
  if (pattern) {
    if (run === "*") return block;
    return run % pattern.of === 0 ? block.with(-1, (run / pattern.of) * pattern.kept) : undefined;
  }
  const isWhole = block.every((entry) => entry === "*");
  if (kind.kind !== "group" && kind.kind !== "bsr") return isWhole ? ["*"] : undefined;
  if (isWhole) return ["*", "*"];
  const inRow = block.slice(0, -1).every((entry) => entry === 1);
  return inRow && run !== "*" && kind.size % run === 0 ? [1, run] : undefined;
}

const blockRefused = (block: readonly BlockExtent[], kind: SparseKind): Mismatch =>
  mismatch(
    "sparse-blocks",
    `blocks [${block.join(", ")}] do not fit into what ${describeSparseKind(kind)} stores`,
    { hint: fitting(kind) },
  );

function fitting(kind: SparseKind): string {
  const pattern = patternOf(kind);
  if (pattern) return `use a block of a multiple of ${pattern.of} along the last axis, or *`;
  return kind.kind === "group" || kind.kind === "bsr"
    ? `quantize with block = [1, ${kind.size}], or [*, *]`
    : "quantize with block = [*, *]";
}

/** Whether a type is quantized, for callers that take its components apart. */
export const isQuantized = (
  type: ValueType,
): type is DialectType & { readonly parameters: QuantizedParameters } => quantized.is(type);
