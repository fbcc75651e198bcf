import { seededNumbers } from "../../../../bench/synthetic-model.ts";
import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { Registry } from "../../../../compiler/define/dialect.ts";
import type { InputStatistics } from "../../../../compiler/define/solver.ts";
import type { SolverHost } from "../../../../compiler/define/solver-host.ts";
import type { Diagnostic } from "../../../../compiler/diagnostics/diagnostic.ts";
import { fail, ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import type { Module } from "../../../../compiler/ir/module.ts";
import { parsePipeline } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { parseModule } from "../../../../compiler/text/resolve.ts";
import { expectValue } from "../../import/files.ts";

/** Weights by name, each [rows, 64]. */
export type Weights = Readonly<Record<string, Float32Array>>;
export const COLUMNS = 64;

/** Numbers like those of a weight, different for each seed. */
export const numbers = (rows: number, seed: number): Float32Array => seededNumbers(rows * COLUMNS, seed);

/** A module with one linear op for each weight, and the store that holds them. */
export function modelOf(weights: Weights): { readonly module: Module; readonly constants: ConstantStore } {
  const entries = Object.entries(weights).map(([name, data]) => ({
    name,
    data,
    rows: data.length / COLUMNS,
  }));
  const type = (rows: number) => `tensor<${rows}x${COLUMNS}xf32>`;
  const text = [
    ...entries.map(({ name, rows }) => `lowp.param @${name} : ${type(rows)} = dense_resource<${name}>`),
    `func.func @main(%x: tensor<1x${COLUMNS}xf32>) {`,
    ...entries.flatMap(({ name, rows }) => [
      `  %${name} = lowp.get(@${name}) : ${type(rows)}`,
      `  %${name}_y = nn.linear(%x, %${name}) : tensor<1x${rows}xf32>`,
    ]),
    "  return",
    "}",
    "",
  ].join("\n");
  const constants = new ConstantStore({ sha256, readTensor: () => fail() });
  const resources = Object.fromEntries(
    entries.map(({ name, data }) => [name, constants.add(new Uint8Array(data.buffer))]),
  );
  return { module: { ...expectValue(parseModule(text, "model.mlir", registry)), resources }, constants };
}

/** A second moment of inputs that depend on one another. */
export const statistics: InputStatistics = {
  count: 100,
  secondMoment: Float64Array.from(
    { length: COLUMNS ** 2 },
    (_, i) => 0.9 ** Math.abs(Math.floor(i / COLUMNS) - (i % COLUMNS)),
  ),
};

/** Quantizes every weight; gives the digests of the bytes by their key. */
export async function quantize(
  weights: Weights,
  options: string,
  solvers: SolverHost | undefined,
  known: Registry = registry,
) {
  const { module, constants } = modelOf(weights);
  const remarks: Diagnostic[] = [];
  const shown: string[] = [];
  const calibration = {
    sha256: "0".repeat(64),
    statistics: (_: Module, symbols: readonly string[]) =>
      ok(new Map(symbols.map((name) => [name, statistics]))),
  };
  const result = await runPipeline(
    module,
    expectValue(parsePipeline(`quantize-weights{${options}}`, known)),
    {
      registry: known,
      constants,
      calibration,
      solvers,
      report: (remark) => remarks.push(remark),
      progress: (done, total, label) => shown.push(`${done}/${total} ${label}`),
    },
    { verifyEach: true, allowUnregistered: false },
  );
  return { result, constants, remarks, shown };
}

/** The resources of a quantized module, or its problems as text. */
export const outcome = ({ result }: Awaited<ReturnType<typeof quantize>>) =>
  result.ok ? result.value.resources : result.diagnostics.map(({ message }) => message);
