import { availableParallelism } from "node:os";
import Table from "cli-table3";
import { checkContract } from "../../runtime/interpreter/contracts.ts";
import type { CostModel } from "../define/cost-model.ts";
import type { Calibration, PassContext } from "../define/pass.ts";
import type { SolverHost } from "../define/solver-host.ts";
import { type Diagnostic, error, fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import type { ConstantStore } from "../ir/constants.ts";
import type { Module } from "../ir/module.ts";
import { type BoundPass, PIPELINE, parsePipeline } from "../passes/bind.ts";
import { runPipeline } from "../passes/pipeline.ts";
import { printModule } from "../text/print.ts";
import type { Session } from "./command.ts";
import { forgetForCrash, rememberForCrash } from "./crash.ts";
import { Explainer, explanationRemarks, explanationTable } from "./explain.ts";
import { progressOn } from "./progress.ts";
import { solverHost } from "./solving/host.ts";
import type { Journal } from "./solving/journal.ts";
import { journaledHost, type ReuseListener } from "./solving/journaled-host.ts";
import { plainTable } from "./table.ts";

export interface RunPassesOptions {
  readonly verifyEach: boolean;
  readonly allowUnregistered: boolean;
  readonly printIr?: "after-all" | "after-change";
  readonly timing?: boolean;
  readonly checkContracts?: boolean;
  /** Passes whose decisions are told, by name; as a table, or as remarks where programs read what is written. */
  readonly explain?: readonly string[];
  readonly explainAs?: "table" | "remarks";
  readonly calibration?: Calibration | undefined;
  /** Takes data that passes found beside the module, by what they are. */
  readonly keep?: PassContext["keep"];
  /** What weights cost a target in each type. */
  readonly costs?: CostModel | undefined;
  /** Threads that weights are solved on; all cores where left out. */
  readonly workers?: number | undefined;
  /** Solved weights of an earlier run, and where those of this one are written down. */
  readonly resume?: { readonly journal: Journal; readonly listener: ReuseListener } | undefined;
}

/** Parses a pipeline and runs it, with everything a person may want to see on the way. */
export async function runPasses(
  { io, registry, loaded = [] }: Session,
  module: Module,
  text: string,
  constants: ConstantStore,
  options: RunPassesOptions,
  sources: Map<string, string>,
  remark: (diagnostic: Diagnostic) => void,
): Promise<Result<Module>> {
  sources.set(PIPELINE, text);
  const passes = parsePipeline(text, registry);
  if (!passes.ok) return passes;
  const explainer = Explainer.for(options.explain ?? [], passes.value, registry);
  if (!explainer.ok) return explainer;
  const times: (readonly [string, number])[] = [];
  const progress = progressOn(io, "passes");
  const after = (pass: BoundPass, before: Module, result: Module, milliseconds: number) => {
    times.push([pass.text, milliseconds]);
    if (options.printIr === "after-all" || (options.printIr === "after-change" && before !== result))
      io.err(
        `// after ${pass.text}${before === result ? " (no change)" : ""}\n${printModule(result, registry)}\n`,
      );
    if (!options.checkContracts) return [];
    const { broken, remarks } = checkContract(pass, before, result, registry, constants);
    remarks.forEach(remark);
    return broken;
  };
  const workers = options.workers ?? availableParallelism();
  const threads = solverHost({ workers, loaded, remark });
  const { resume } = options;
  const host = resume ? journaledHost(threads, resume.journal, loaded, resume.listener) : threads;
  let solved = 0;
  const solvers: SolverHost = {
    solve(job) {
      solved++;
      return host.solve(job);
    },
  };
  const result = await runPipeline(
    module,
    passes.value,
    {
      registry,
      constants,
      calibration: options.calibration,
      costs: options.costs,
      ...(options.keep && { keep: options.keep }),
      solvers,
      report: remark,
      progress: (done, total, label) => progress.show(done, total, label),
    },
    {
      verifyEach: options.verifyEach,
      allowUnregistered: options.allowUnregistered,
      instrumentation: {
        before: (_pass, current, remaining) =>
          rememberForCrash(current, remaining.map((each) => each.text).join(","), registry),
        explain: (pass) => explainer.value.listen(pass),
        after,
      },
    },
  ).finally(() => threads.close());
  forgetForCrash();
  progress.end();
  for (const each of explainer.value.explained())
    if (options.explainAs === "remarks") explanationRemarks(each).forEach(remark);
    else io.err(explanationTable(each, sources));
  if (options.timing) io.err(timingTable(times));
  if (!result.ok) return result;
  return options.workers !== undefined && solved === 0 ? fail(idleWorkers()) : ok(result.value);
}

const idleWorkers = (): Diagnostic =>
  error("workers-unused", "--workers says how weights are solved, but no pass solves any", {
    hint: "leave it out, or add a pass that quantizes weights",
  });

function timingTable(times: readonly (readonly [string, number])[]): string {
  const table = new Table({ ...plainTable, head: ["pass", "ms"], colAligns: ["left", "right"] });
  for (const [name, milliseconds] of times) table.push([name, milliseconds.toFixed(2)]);
  table.push(["total", times.reduce((sum, [, each]) => sum + each, 0).toFixed(2)]);
  return `${table.toString()}\n`;
}
