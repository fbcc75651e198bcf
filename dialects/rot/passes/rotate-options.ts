import { type Diagnostic, error } from "../../../compiler/diagnostics/diagnostic.ts";
import type { DialectType } from "../../../compiler/ir/types.ts";
import { hadamardFactors } from "../transforms/hadamard-matrix.ts";
import type { KroneckerKind } from "./kronecker-factors.ts";

/** What rotate is asked to do; the pass says what each means. */
export interface RotateOptions {
  readonly r1: boolean;
  readonly r2: boolean;
  readonly r3: boolean;
  readonly r4: boolean;
  readonly block: number | undefined;
  readonly seed: number | undefined;
  readonly norms: boolean;
  readonly kronecker: KroneckerKind | undefined;
  readonly outer: number | undefined;
  readonly whitening: number;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly inputs: DialectType | undefined;
  readonly weights: DialectType | undefined;
  readonly force: boolean;
  readonly klt: boolean;
}

/** The first option that contradicts another one, or has no effect. */
export const rotateProblem = (options: RotateOptions): Diagnostic | undefined =>
  idleOption(options) ?? kroneckerProblem(options) ?? blockProblem(options);

function blockProblem({ block }: RotateOptions): Diagnostic | undefined {
  if (block === undefined || hadamardFactors(block)) return undefined;
  return error("hadamard-size", `no construction gives a Hadamard matrix of block = ${block}`, {
    hint: "use a power of two",
  });
}

function idleOption({
  r1,
  r2,
  r3,
  r4,
  only,
  skip,
  inputs,
  weights,
  force,
  klt,
  block,
}: RotateOptions): Diagnostic | undefined {
  if (!(r1 || r2 || r3 || r4))
    return error("option-missing", "rotate is not told what to rotate", {
      hint: "give it some of r1, r2, r3 and r4, such as rotate{r1=true r4=true}",
    });
  const isSelective = only.length !== 1 || only[0] !== "*" || skip.length > 0;
  if (isSelective && !r4)
    return error(
      "option-without-effect",
      "only and skip choose among the inputs r4 rotates, which is not given",
      {
        hint: "add r4, or leave them out",
      },
    );
  if (klt && !r1 && !r4)
    return error("option-without-effect", "klt has no effect, as neither r1 nor r4 is given", {
      hint: "add r1 or r4, or leave klt out",
    });
  if (klt && block !== undefined)
    return error("option-conflict", "klt rotates all channels together, and block some", {
      hint: "leave one of them out",
    });
  if (force && !inputs && !weights)
    return error("option-without-effect", "force has no effect, as nothing is predicted without formats", {
      hint: "give inputs and weights, or leave force out",
    });
  return undefined;
}

function kroneckerProblem({
  r1,
  r2,
  r3,
  r4,
  norms,
  kronecker,
  outer,
  whitening,
  block,
  klt,
  inputs,
  weights,
  force,
}: RotateOptions): Diagnostic | undefined {
  const idle = (what: string, why: string, hint: string) =>
    error("option-without-effect", `${what} has no effect, as ${why}`, { hint });
  if (norms && !r4)
    return idle("norms", "it tells what r4 maps, which is not given", "add r4, or leave it out");
  if (kronecker && !r4)
    return idle("kronecker", "it tells how r4 maps, which is not given", "add r4, or leave it out");
  if (!kronecker && outer !== undefined)
    return idle("outer", "kronecker is not given", "add kronecker, or leave it out");
  if (kronecker !== "klt" && whitening > 0)
    return idle("whitening", "no factors go by calibration data", "use kronecker = klt, or leave it out");
  if (whitening > 1)
    return error("option-range", `whitening = ${whitening} is more than all of the way`, {
      hint: "give a number from 0 to 1",
    });
  if (whitening > 0 && (inputs ?? weights) !== undefined && !force)
    return error(
      "option-conflict",
      "rotate cannot predict noise behind factors that whiten, which change how loud weights and inputs are",
      { hint: "add force = true, or leave inputs and weights out" },
    );
  if (kronecker && klt && !r1)
    return error("option-conflict", "klt and kronecker both say how r4 maps", {
      hint: "leave one of them out",
    });
  if (kronecker && block !== undefined && !(r1 || r2 || r3))
    return error("option-conflict", "block and kronecker both say how r4 maps", {
      hint: "leave one of them out",
    });
  return undefined;
}
