import { calibrationFrom } from "../../compiler/cli/calibration.ts";
import { constantHost } from "../../compiler/cli/constant-host.ts";
import { registry } from "../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../compiler/define/pass.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../../compiler/diagnostics/render.ts";
import { ConstantStore } from "../../compiler/ir/constants.ts";
import type { Module } from "../../compiler/ir/module.ts";
import { gaussian, seededRandom } from "../../compiler/numeric/random.ts";
import { type BoundPass, parsePipeline } from "../../compiler/passes/bind.ts";
import { runPipeline } from "../../compiler/passes/pipeline.ts";
import { printModule } from "../../compiler/text/print.ts";
import { parseModule } from "../../compiler/text/resolve.ts";
import { verify } from "../../compiler/verify/verify.ts";
import { checkContract } from "../../runtime/interpreter/contracts.ts";
import { MAIN_WIDTH } from "./graphs.ts";

/** What came of a pipeline on a program: a module, or the codes of its errors. */
export type Outcome = { readonly module: Module } | { readonly codes: readonly string[] };

/** What one program is tried with. */
export interface Subject {
  readonly module: Module;
  readonly constants: ConstantStore;
}

const say = (diagnostics: readonly Diagnostic[]): string => renderAll(diagnostics, new Map());

export function subjectOf(text: string): Subject {
  const parsed = parseModule(text, "random.mlir", registry);
  if (!parsed.ok) throw new Error(say(parsed.diagnostics));
  return { module: parsed.value, constants: new ConstantStore(constantHost(".")) };
}

/** Rows with an outlier in channel 3, on which @main is calibrated. */
function calibrationOf({ module, constants }: Subject) {
  const random = seededRandom(5);
  const data = Float32Array.from({ length: 6 * MAIN_WIDTH }, (_, i) =>
    i % MAIN_WIDTH === 3 ? 9 * gaussian(random) : gaussian(random),
  );
  const io = { folder: ".", out: () => {}, err: () => {}, terminal: false };
  const loaded = { module, constants, sources: new Map(), folder: "." };
  const examples = { shape: [6, MAIN_WIDTH], data };
  const calibration = calibrationFrom({ io, registry }, loaded, { examples, sha256: "0".repeat(64) });
  if (!calibration.ok) throw new Error(say(calibration.diagnostics));
  return calibration.value;
}

/**
 * Runs a pipeline and throws where it does what no pass may: break its promise, leave a module that does not verify,
 * or one that reads back differently. An error diagnostic is a legal outcome. Without `promises` these are not checked,
 * as that takes the most time.
 */
export async function tryPipeline(
  subject: Subject,
  pipeline: string,
  { promises = true }: { readonly promises?: boolean } = {},
): Promise<Outcome> {
  const { module, constants } = subject;
  const passes = parsePipeline(pipeline, registry);
  if (!passes.ok) throw new Error(say(passes.diagnostics));
  const context: PassContext = {
    registry,
    constants,
    calibration: calibrationOf(subject),
    report: () => {},
    progress: () => {},
  };
  const after = (pass: BoundPass, before: Module, result: Module): readonly Diagnostic[] => {
    if (!promises) return [];
    const { broken, remarks } = checkContract(pass, before, result, registry, constants);
    // A program that cannot be run before the pass would show nothing.
    return [...broken, ...remarks.filter(({ message }) => message.startsWith("contract not checked"))];
  };
  let isBroken = false;
  const result = await runPipeline(module, passes.value, context, {
    verifyEach: true,
    allowUnregistered: false,
    instrumentation: {
      after: (...run) => {
        const complaints = after(run[0], run[1], run[2]);
        isBroken = complaints.length > 0;
        return complaints;
      },
    },
  });
  if (!result.ok) {
    const codes = result.diagnostics.map(({ code }) => code);
    if (isBroken || codes.includes("invalid-output")) throw new Error(say(result.diagnostics));
    return { codes };
  }
  readBack(result.value);
  return { module: result.value };
}

function readBack(module: Module): void {
  const text = printModule(module, registry);
  const again = parseModule(text, "printed.mlir", registry);
  if (!again.ok) throw new Error(`the result does not parse: ${say(again.diagnostics)}`);
  const problems = verify(again.value, registry);
  if (problems.length > 0) throw new Error(`the result read back does not verify: ${say(problems)}`);
  if (printModule(again.value, registry) !== text)
    throw new Error("the result prints differently when read back");
}
