import { type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { describeType } from "../../compiler/ir/describe.ts";
import type { DialectType, Type } from "../../compiler/ir/types.ts";
import type { SolverChoice } from "./passes/solver-choice.ts";

/** What a parameter is to become, as its attributes `allocated` and `solver` say it. */
export interface PlannedType {
  readonly allocated?: DialectType | undefined;
  readonly solver?: SolverChoice | undefined;
}

/** A type can be planned for a dense tensor of floats only, and a solver only together with a type. */
export function allocationProblems(
  name: string,
  declared: Type,
  { allocated, solver }: PlannedType,
): readonly Mismatch[] {
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
