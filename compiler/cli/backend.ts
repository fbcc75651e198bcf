import { Option } from "commander";
import type { Executable } from "../../runtime/backend.ts";
import { Interpreter } from "../../runtime/interpreter/interpreter.ts";
import { JsExecutable } from "../../runtime/js/executable.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { parsePipeline } from "../passes/bind.ts";
import { runPipeline } from "../passes/pipeline.ts";
import type { Session } from "./command.ts";
import type { Loaded } from "./load.ts";

/** What can run a program here and now. */
export type Backend = "interpreter" | "js";

/** The pipeline that brings a module down to what a target's kernels do. */
export const loweringFor = { js: "lower-to-js" } as const;

export const backendOption = (): Option =>
  new Option("--backend <name>", "what runs it: the reference, or what narrow compile makes of it")
    .choices(["interpreter", "js"] satisfies readonly Backend[])
    .default("interpreter" satisfies Backend);

/** As `backendOption`, for commands that run a program only where their passes measure what it loses. */
export const lossBackendOption = (): Option =>
  new Option(
    "--backend <name>",
    "what runs the program where passes measure losses: js is quicker (default: interpreter)",
  ).choices(["interpreter", "js"] satisfies readonly Backend[]);

/** A loaded module, ready to run. */
export async function executableOf(
  { registry }: Pick<Session, "registry">,
  { module, constants }: Pick<Loaded, "module" | "constants">,
  backend: Backend,
): Promise<Result<Executable>> {
  if (backend === "interpreter") return ok(new Interpreter(module, registry, constants));
  const passes = parsePipeline(loweringFor[backend], registry);
  if (!passes.ok) return passes;
  const context = { registry, constants, report: () => {}, progress: () => {} };
  const lowered = await runPipeline(module, passes.value, context, {
    verifyEach: false,
    allowUnregistered: false,
  });
  return lowered.ok ? ok(new JsExecutable(lowered.value, registry, constants)) : lowered;
}
