import type { Explain } from "../define/explanation.ts";
import type { PassContext } from "../define/pass.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Module } from "../ir/module.ts";
import { verify } from "../verify/verify.ts";
import type { BoundPass } from "./bind.ts";

/** What a run of a pipeline tells its host, pass by pass. */
export interface Instrumentation {
  /** Before each pass; `remaining` is the pipeline from this pass on, for a reproducer. */
  before?(pass: BoundPass, module: Module, remaining: readonly BoundPass[]): void;
  /** Who takes the explanations of a pass; undefined when nobody asks for them. */
  explain?(pass: BoundPass): Explain | undefined;
  /** After each pass; a returned diagnostic stops the run. */
  after?(pass: BoundPass, before: Module, after: Module, milliseconds: number): readonly Diagnostic[];
}

export interface PipelineOptions {
  readonly verifyEach: boolean;
  readonly allowUnregistered: boolean;
  readonly instrumentation?: Instrumentation;
}

/**
 * Runs passes one after another and verifies after each one, so that a broken pass is named by its own
 * failure. A bug in a pass rejects the promise.
 */
export async function runPipeline(
  module: Module,
  passes: readonly BoundPass[],
  context: PassContext,
  { verifyEach, allowUnregistered, instrumentation }: PipelineOptions,
): Promise<Result<Module>> {
  let current = module;
  for (const [i, pass] of passes.entries()) {
    instrumentation?.before?.(pass, current, passes.slice(i));
    const start = performance.now();
    const explain = instrumentation?.explain?.(pass);
    const result = await pass.run(current, explain ? { ...context, explain } : context);
    const milliseconds = performance.now() - start;
    if (!result.ok) return result;
    const broken =
      verifyEach && result.value !== current
        ? verify(result.value, context.registry, { allowUnregistered })
        : [];
    if (broken.length > 0) return fail(brokenPass(pass, broken), ...broken);
    const complaints = instrumentation?.after?.(pass, current, result.value, milliseconds) ?? [];
    if (complaints.length > 0) return fail(...complaints);
    current = result.value;
  }
  return ok(current);
}

const brokenPass = (pass: BoundPass, broken: readonly Diagnostic[]): Diagnostic =>
  error("invalid-output", `pass ${pass.name} produced an invalid module: ${broken[0]?.message ?? ""}`, {
    hint: "this is a bug in the pass; --print-ir after-all shows what it made",
  });
