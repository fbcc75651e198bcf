// npm run bench: how fast one core quantizes a synthetic f32 weight of 1024 × 1024.
import Table from "cli-table3";
import { sha256 } from "../compiler/cli/constant-host.ts";
import { registry } from "../compiler/cli/toolchain.ts";
import type { Result } from "../compiler/diagnostics/diagnostic.ts";
import { fail, ok } from "../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../compiler/ir/constants.ts";
import type { Module } from "../compiler/ir/module.ts";
import { parsePipeline } from "../compiler/passes/bind.ts";
import { runPipeline } from "../compiler/passes/pipeline.ts";
import { parseModule } from "../compiler/text/resolve.ts";
import { seededNumbers } from "./synthetic-model.ts";

const ROUNDS = 3;
const SIZE = 1024;
const type = "!lowp.q<i4, block = [1, 32], scale = f16>";
const collect = (globalThis as { gc?: () => void }).gc;

function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.diagnostics[0]?.message);
  return result.value;
}

const constants = new ConstantStore({ sha256, readTensor: () => fail() });
const weight = seededNumbers(SIZE * SIZE, 1);
const module: Module = {
  ...expectOk(
    parseModule(
      `lowp.param @w : tensor<${SIZE}x${SIZE}xf32> = dense_resource<w>
func.func @main(%x: tensor<1x${SIZE}xf32>) {
  %w = lowp.get(@w) : tensor<${SIZE}x${SIZE}xf32>
  %y = nn.linear(%x, %w) : tensor<1x${SIZE}xf32>
  return
}
`,
      "bench.mlir",
      registry,
    ),
  ),
  resources: { w: constants.add(new Uint8Array(weight.buffer)) },
};
/** Inputs whose neighbours are alike. */
const secondMoment = Float64Array.from(
  { length: SIZE ** 2 },
  (_, i) => 0.9 ** Math.abs(Math.floor(i / SIZE) - (i % SIZE)),
);
const context = {
  registry,
  constants,
  calibration: { sha256: "", statistics: () => ok(new Map([["w", { count: 1, secondMoment }]])) },
  report: () => {},
  progress: () => {},
};

/** Fewest seconds of processor time of a few rounds; memory is collected before each. */
async function secondsOf(solver: string): Promise<number> {
  const passes = expectOk(parsePipeline(`quantize-weights{type = ${type} solver = ${solver}}`, registry));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    collect?.();
    const before = process.cpuUsage();
    expectOk(await runPipeline(module, passes, context, { verifyEach: false, allowUnregistered: false }));
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

const table = new Table({
  head: ["solver", "seconds", "MB/s per core"],
  colAligns: ["left", "right", "right"],
  style: { head: [], border: [] },
});
for (const solver of ["rtn", "mse-clip", "gptq"]) {
  const seconds = await secondsOf(solver);
  table.push([solver, seconds.toFixed(2), (weight.byteLength / 2 ** 20 / seconds).toFixed(2)]);
}
console.log(`f32 weight of ${SIZE} × ${SIZE} to ${type}`);
console.log(table.toString());
