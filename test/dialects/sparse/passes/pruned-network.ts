import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { error, fail, ok, type Result } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { type Module, walk } from "../../../../compiler/ir/module.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { parsePipeline } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { param } from "../../../../dialects/lowp/ops.ts";
import type { ParamOp } from "../../../../dialects/lowp/params.ts";
import { readStoredWeight } from "../../../../dialects/sparse/stored-weights.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf } from "../../lowp/passes/transforming.ts";

export const NAMES = ["q", "k", "o", "d"] as const;
/** Outputs of each weight, which all take 8 inputs. */
export const ROWS = { q: 8, k: 4, o: 8, d: 8 } as const;
export const COLUMNS = 8;

function parameter(name: (typeof NAMES)[number], scale: number, seed: number): string {
  const random = seededRandom(seed);
  const row = () => `[${Array.from({ length: COLUMNS }, () => (scale * gaussian(random)).toFixed(4))}]`;
  const type = `tensor<${ROWS[name]}x${COLUMNS}xf32>`;
  return `lowp.param @${name} : ${type} = dense<[${Array.from({ length: ROWS[name] }, row)}]> : ${type}`;
}

/** Weights as large as the scales say; q and k see one input, the outputs of o and d meet in a sum. */
export const network = (scales: readonly number[]) => `
${NAMES.map((name, i) => parameter(name, scales[i]!, i + 1)).join("\n")}
func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x4xf32>) {
  %w_q = lowp.get(@q) : tensor<8x8xf32>
  %w_k = lowp.get(@k) : tensor<4x8xf32>
  %w_o = lowp.get(@o) : tensor<8x8xf32>
  %w_d = lowp.get(@d) : tensor<8x8xf32>
  %h = nn.linear(%x, %w_q) : tensor<?x8xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x4xf32>
  %o = nn.linear(%h, %w_o) : tensor<?x8xf32>
  %a = nn.silu(%h) : tensor<?x8xf32>
  %d = nn.linear(%a, %w_d) : tensor<?x8xf32>
  %y = nn.add(%o, %d) : tensor<?x8xf32>
  return %y, %k : tensor<?x8xf32>, tensor<?x4xf32>
}
`;

/** What a run of passes gave, and what it said and kept by the way. */
export interface Outcome {
  readonly result: Result<Module>;
  readonly remarks: readonly string[];
  readonly kept: readonly unknown[];
  readonly context: PassContext;
}

/** Runs a pipeline on a program. */
export async function runOn(
  text: string,
  pipeline: string,
  calibration?: PassContext["calibration"],
): Promise<Outcome> {
  const remarks: string[] = [];
  const kept: unknown[] = [];
  const context: PassContext = {
    registry,
    constants: new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) }),
    calibration,
    keep: (_, data) => kept.push(data),
    report: ({ message, notes = [] }) => remarks.push(message, ...notes.map((note) => note.message)),
    progress: () => {},
  };
  const passes = expectValue(parsePipeline(pipeline, registry));
  const options = { verifyEach: true, allowUnregistered: false };
  return { result: await runPipeline(moduleOf(text), passes, context, options), remarks, kept, context };
}

/** Calibration data of which only the second moment of all inputs is known, the same everywhere. */
export const inputsOf = (secondMoment: Float64Array): PassContext["calibration"] => ({
  sha256: "",
  statistics: (_module, symbols) =>
    ok(new Map(symbols.map((symbol) => [symbol, { count: 9, secondMoment }]))),
});

const paramsOf = (result: Result<Module>): readonly ParamOp[] =>
  walk(expectValue(result)).flatMap((op) => (param.is(op) ? [op] : []));

/** The shares that stand beside weights. */
export const sharesIn = ({ result }: Pick<Outcome, "result">): Readonly<Record<string, number>> =>
  Object.fromEntries(
    paramsOf(result).flatMap(({ attributes: { sym_name: name, sparsity } }) =>
      sparsity === undefined ? [] : [[name, sparsity]],
    ),
  );

/** Numbers that are zero, by weight. */
export const zerosIn = ({ result, context }: Outcome): Readonly<Record<string, number>> =>
  Object.fromEntries(
    paramsOf(result).map((op) => {
      const { nonZero } = expectValue(readStoredWeight(expectValue(result), op, context));
      return [op.attributes.sym_name, nonZero.reduce((sum, bit) => sum + 1 - bit, 0)];
    }),
  );

export const codesOf = ({ result }: Pick<Outcome, "result">): readonly string[] =>
  result.ok ? [] : result.diagnostics.map(({ code }) => code);
