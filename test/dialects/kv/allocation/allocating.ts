import type { AllocationProblem } from "../../../../compiler/allocation/problem.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { Calibration } from "../../../../compiler/define/pass.ts";
import { ok, type Result } from "../../../../compiler/diagnostics/diagnostic.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import { parsePipeline } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { contextWith } from "../../lowp/allocation/allocating.ts";
import { moduleOf } from "../../lowp/passes/transforming.ts";

/** Of caches 8 wide: a scale of 16 bits per entry makes 4, 6 and 10 bits per number. */
export const typeOf = (bits: number): string => `!lowp.q<ui${bits}, block = [1, 1, 8], scale = f16>`;
export const [C2, C4, C8] = [2, 4, 8].map(typeOf) as [string, string, string];
/** Bytes of a cache of 8 tokens by bits of its codes. */
export const bytesOf: Readonly<Record<number, number>> = { 2: 32, 4: 48, 8: 80 };

const CACHE = "tensor<?x1x8xf32>";
const layer = (name: string): string => `
func.func private @${name}(%q: tensor<?x2x8xf32>, %k: ${CACHE}, %v: ${CACHE}, %past_keys: ${CACHE}, %past_values: ${CACHE}) -> (tensor<?x2x8xf32>, ${CACHE}, ${CACHE}) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : ${CACHE}
  %values = nn.concat([%past_values, %v]) {axis = 0} : ${CACHE}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x2x8xf32>
  return %mixed, %keys, %values : tensor<?x2x8xf32>, ${CACHE}, ${CACHE}
}`;

/** A function of so many layers, each called by its name; their caches come in and go out. */
export const programOf = (called: readonly string[]): string => `
${[...new Set(called)].map(layer).join("\n")}
func.func @main(%q: tensor<?x2x8xf32>, %k: ${CACHE}, %v: ${CACHE}) -> tensor<?x2x8xf32> {
  %none = nn.zeros() {shape = [0, 1, 8], element = f32} : tensor<0x1x8xf32>
  %empty = nn.refine(%none) : ${CACHE}
${called
  .map((name, i) => {
    const query = i === 0 ? "%q" : `%m${i - 1}`;
    return `  %m${i}, %k${i}, %v${i} = func.call(@${name}, [${query}, %k, %v, %empty, %empty]) : tensor<?x2x8xf32>, ${CACHE}, ${CACHE}`;
  })
  .join("\n")}
  return %m${called.length - 1} : tensor<?x2x8xf32>
}`;

export const caches = ["layer0.keys", "layer0.values", "layer1.keys", "layer1.values"];
/** Bits of codes by cache, none where it is one of floats. */
export type Levels = readonly (number | undefined)[];

/** What the caches of a program of two layers are. */
export function levelsIn(module: Module): Levels {
  const text = printModule(module, registry);
  return caches.map((name) => {
    const [owner, side] = name.split(".");
    const found = text.match(
      new RegExp(`@${owner}\\(.*?%past_${side}: tensor<\\?x1x8x(?:f32|!lowp\\.ring<!lowp\\.q<ui(\\d))`),
    );
    return found![1] === undefined ? undefined : Number(found![1]);
  });
}

/** Harm by what the caches are; `asked` hears of every program that is run. */
export const calibrationOf = (harm: (levels: Levels) => number, asked: Levels[] = []): Calibration => ({
  sha256: "",
  statistics: () => ok(new Map()),
  lossOfVariant(_module, variant) {
    const levels = levelsIn(variant);
    asked.push(levels);
    return ok({ loss: 2 * harm(levels), divergence: harm(levels) });
  },
});

/** Runs a pipeline; remarks come with their notes, and the problem that was posed last. */
export async function allocate(
  program: string,
  pipeline: string,
  calibration?: Calibration,
): Promise<{
  readonly result: Result<Module>;
  readonly remarks: readonly string[];
  readonly problem: AllocationProblem | undefined;
}> {
  const remarks: string[] = [];
  let problem: AllocationProblem | undefined;
  const keep = (_kind: string, data: unknown) => {
    problem = data as AllocationProblem;
  };
  const passes = expectValue(parsePipeline(pipeline, registry));
  const result = await runPipeline(
    moduleOf(program),
    passes,
    { ...contextWith(remarks), calibration, keep },
    { verifyEach: true, allowUnregistered: false },
  );
  return { result, remarks, problem };
}

/** What is planned for each cache, as the printed module says it, in the order of the file. */
export const plansIn = (result: Result<Module>): Readonly<Record<string, readonly number[]>> => {
  const text = printModule(expectValue(result), registry);
  const of = (side: string) =>
    [...text.matchAll(new RegExp(`kv\\.${side} = !lowp\\.ring<!lowp\\.q<ui(\\d)`, "g"))].map(([, bits]) =>
      Number(bits),
    );
  return { keys: of("keys"), values: of("values") };
};
