import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { DialectType, Type } from "../../compiler/ir/types.ts";
import type { SolverChoice } from "./passes/solver-choice.ts";

/** What a parameter is to become, as its attributes `allocated`, `solver` and `sparsity` say it. */
export interface Plan {
  readonly allocated?: DialectType | undefined;
  readonly solver?: SolverChoice | undefined;
  readonly sparsity?: number | undefined;
}

/**
 * A type can be planned for a dense tensor of floats only, and a solver only together with a type; a sparsity is a
 * share below 1. Codes: `param-allocated`, `param-sparsity`.
 */
export function planProblems(name: string, declared: Type, plan: Plan): readonly Mismatch[] {
  const { sparsity } = plan;
  const isShare = sparsity === undefined || (sparsity >= 0 && sparsity < 1);
  const problems = typeProblems(name, declared, plan);
  return isShare
    ? problems
    : [
        ...problems,
        mismatch(
          "param-sparsity",
          `the sparsity of @${name} is ${sparsity}, expected a share from 0 to below 1`,
        ),
      ];
}

function typeProblems(name: string, declared: Type, { allocated, solver }: Plan): readonly Mismatch[] {
  if (allocated === undefined)
    return solver === undefined
      ? []
      : [
          mismatch("param-allocated", `@${name} names a solver, but no type that it is to fill`, {
            hint: "write allocated = !lowp.q<…> beside it, or drop solver",
          }),
        ];
  const isDense = declared.kind === "tensor" && declared.element.kind === "float";
  return isDense
    ? []
    : [
        mismatch(
          "param-allocated",
          `@${name} is ${describeType(declared)}, which cannot be put into a type as a tensor of floats can`,
          { hint: "drop allocated" },
        ),
      ];
}
