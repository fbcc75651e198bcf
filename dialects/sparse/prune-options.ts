import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { word } from "../../compiler/ir/attributes.ts";
import { oneOf, optional, real, type Schema, withDefault } from "../../compiler/schema/schema.ts";
import type { PruneScore } from "./prune-weight.ts";

/** How the importance of weights is told, as options of a pass. */
export const scoreOptions = {
  score: withDefault(oneOf("magnitude", "wanda", "obs"), "magnitude"),
  /** Of obs, in units of the mean of the diagonal of H; 0.01 where left out. */
  damping: optional(real({ above: 0 })),
};

/** Of obs, where none is said. */
export const DAMPING = 0.01;

/** One share of zeros for all weights, or for each the one that its attribute `sparsity` says. */
export const plannedOrShare: Schema<number | "allocated"> = {
  describe: "number above 0, or allocated",
  decode: (literal) =>
    literal.kind === "word" && literal.text === "allocated" ? "allocated" : positive.decode(literal),
  encode: (value) => (value === "allocated" ? word(value) : positive.encode(value)),
};

const positive = real({ above: 0 });

/** A damping that nothing looks at. Code: `no-effect`. */
export const dampingProblems = (score: PruneScore, damping: number | undefined): readonly Mismatch[] =>
  damping === undefined || score === "obs"
    ? []
    : [idleOption("damping", `score = ${score} inverts no matrix`)];

/** A share of zeros that leaves nothing. Code: `sparsity`. */
export const shareProblems = (sparsity: number): readonly Mismatch[] =>
  sparsity < 1 ? [] : [mismatch("sparsity", `sparsity is ${sparsity}, expected a share above 0 and below 1`)];

/** An option that says nothing under the others. */
export const idleOption = (option: string, why: string): Mismatch =>
  mismatch("no-effect", `${option} has no effect: ${why}`, { hint: `leave ${option} out` });
