import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { Explanation } from "../../../../compiler/define/explanation.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import type { InputStatistics } from "../../../../compiler/define/solver.ts";
import { error, fail, ok, type Result } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import type { FloatData, FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { parsePipeline } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { parseModule } from "../../../../compiler/text/resolve.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../../compiler/import/files.ts";

export const moduleOf = (text: string): Module => expectValue(parseModule(text, "test.mlir", registry));

/** Runs a pipeline on a module whose linear ops were seen to have inputs of these statistics, the same or by weight. */
export async function transform(
  text: string,
  pipeline: string,
  statistics: Omit<InputStatistics, "count"> | ((symbol: string) => Omit<InputStatistics, "count">),
): Promise<{
  readonly result: Result<Module>;
  readonly remarks: readonly string[];
  readonly store: ConstantStore;
  readonly explanations: readonly Explanation[];
}> {
  const remarks: string[] = [];
  const explanations: Explanation[] = [];
  const store = new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) });
  const context: PassContext = {
    registry,
    constants: store,
    calibration: {
      sha256: "0".repeat(64),
      statistics: (_module, symbols) =>
        ok(
          new Map(
            symbols.map((symbol) => {
              const known = typeof statistics === "function" ? statistics(symbol) : statistics;
              return [symbol, { count: 2, ...known }];
            }),
          ),
        ),
    },
    report: ({ message }) => remarks.push(message),
    explain: (explanation) => explanations.push(explanation),
    progress: () => {},
  };
  const passes = expectValue(parsePipeline(pipeline, registry));
  const options = { verifyEach: true, allowUnregistered: false };
  const result = await runPipeline(moduleOf(text), passes, context, options);
  return { result, remarks, store, explanations };
}

/** The outputs of @main, in f64. */
export const run = (module: Module, store: ConstantStore, input: FloatTensor): readonly FloatData[] =>
  expectValue(new Interpreter(module, registry, store, { precision: "f64" }).run("main", [input])).map(
    ({ data }) => data as FloatData,
  );
