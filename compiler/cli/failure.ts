import { checkContract } from "../../runtime/interpreter/contracts.ts";
import type { PassContext } from "../define/pass.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Module } from "../ir/module.ts";
import type { BoundPass } from "../passes/bind.ts";
import { runPipeline } from "../passes/pipeline.ts";

/** How a pipeline failed on a module. */
export type Failure =
  | { readonly kind: "diagnostic"; readonly codes: readonly string[]; readonly message: string }
  /** A pass changed what a function computes by more than it promises. */
  | { readonly kind: "contract"; readonly codes: readonly string[]; readonly message: string }
  | { readonly kind: "crash"; readonly message: string };

/** What is run, and with what. */
export interface Trial {
  readonly passes: readonly BoundPass[];
  readonly context: PassContext;
  readonly allowUnregistered: boolean;
  readonly checkContracts: boolean;
}

/** Runs a pipeline and says how it fails; undefined where it does not. */
export async function failureOf(module: Module, trial: Trial): Promise<Failure | undefined> {
  const { passes, context, allowUnregistered, checkContracts } = trial;
  let broken: readonly Diagnostic[] = [];
  const after = (pass: BoundPass, before: Module, result: Module): readonly Diagnostic[] => {
    if (checkContracts)
      broken = checkContract(pass, before, result, context.registry, context.constants).broken;
    return broken;
  };
  const options = { verifyEach: true, allowUnregistered, instrumentation: { after } };
  return runPipeline(module, passes, context, options).then(
    (result): Failure | undefined => {
      if (result.ok) return undefined;
      const errors = result.diagnostics.filter(({ severity }) => severity === "error");
      const codes = [...new Set(errors.map(({ code }) => code))];
      const message = errors[0]?.message ?? "";
      return { kind: broken.length > 0 ? "contract" : "diagnostic", codes, message };
    },
    (problem: unknown) => ({
      kind: "crash",
      message: problem instanceof Error ? problem.message : String(problem),
    }),
  );
}

/** The same kind with a code in common; crashes are told apart by what they say, numbers and names aside. */
export function isSameFailure(left: Failure, right: Failure): boolean {
  if (left.kind === "crash" || right.kind === "crash")
    return left.kind === "crash" && right.kind === "crash" && gistOf(left.message) === gistOf(right.message);
  return left.kind === right.kind && left.codes[0] !== undefined && right.codes.includes(left.codes[0]);
}

const gistOf = (message: string): string => message.replace(/[@%][\w.]+|\d+/g, "…");

/** For messages: what happens, with its code. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case "diagnostic":
      return `it fails with ${failure.codes.join(", ")}: ${failure.message}`;
    case "contract":
      return `a promise is broken: ${failure.message}`;
    case "crash":
      return `it crashes: ${failure.message}`;
  }
}
