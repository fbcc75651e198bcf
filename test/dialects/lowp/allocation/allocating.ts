import { sha256 } from "../../../../compiler/cli/constant-host.ts";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { error, fail, type Result } from "../../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { attributesOf, type Module, topLevel } from "../../../../compiler/ir/module.ts";
import type { DialectType, TensorType } from "../../../../compiler/ir/types.ts";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";
import { parsePipeline } from "../../../../compiler/passes/bind.ts";
import { runPipeline } from "../../../../compiler/passes/pipeline.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { moduleOf } from "../passes/transforming.ts";

/** Formats of rows. */
const row = (bits: number) => `!lowp.q<i${bits}, block = [1, *], scale = f32>`;
export const W2 = row(2);
export const W4 = row(4);
export const W8 = row(8);

/** A weight whose numbers are `scale` large, so that its squared error grows with it. */
function param(name: string, rows: number, scale: number, seed: number): string {
  const random = seededRandom(seed);
  const row = () => `[${Array.from({ length: 8 }, () => (scale * gaussian(random)).toFixed(4))}]`;
  const type = `tensor<${rows}x8xf32>`;
  return `lowp.param @${name} : ${type} = dense<[${Array.from({ length: rows }, row)}]> : ${type}`;
}

/** q and k see one input; the outputs of o and d meet in a sum. */
export const program = (scales: readonly number[]) => `
${["q", "k", "o", "d"].map((name, i) => param(name, 8, scales[i]!, i + 1)).join("\n")}
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %w_q = lowp.get(@q) : tensor<8x8xf32>
  %w_k = lowp.get(@k) : tensor<8x8xf32>
  %w_o = lowp.get(@o) : tensor<8x8xf32>
  %w_d = lowp.get(@d) : tensor<8x8xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x8xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x8xf32>
  %h = nn.mul(%q, %k) : tensor<?x8xf32>
  %o = nn.linear(%h, %w_o) : tensor<?x8xf32>
  %a = nn.silu(%h) : tensor<?x8xf32>
  %d = nn.linear(%a, %w_d) : tensor<?x8xf32>
  %y = nn.add(%o, %d) : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
`;

export const contextWith = (remarks: string[]): PassContext => ({
  registry,
  constants: new ConstantStore({ sha256, readTensor: (file) => fail(error("no-file", file)) }),
  report: ({ message, notes = [] }) => remarks.push(message, ...notes.map((note) => note.message)),
  progress: () => {},
});

/** A type as written. */
export const typeOf = (text: string): DialectType => {
  const [declared] = topLevel(moduleOf(`lowp.param @w : tensor<8x8x${text}>`));
  const { element } = attributesOf(declared!).type as TensorType;
  return element as DialectType;
};

/** Runs a pipeline on `program`; remarks come with their notes. */
export async function allocate(
  scales: readonly number[],
  pipeline: string,
  calibration?: PassContext["calibration"],
): Promise<{ readonly result: Result<Module>; readonly remarks: readonly string[] }> {
  const remarks: string[] = [];
  const context = { ...contextWith(remarks), calibration };
  const passes = expectValue(parsePipeline(pipeline, registry));
  const options = { verifyEach: true, allowUnregistered: false };
  return { result: await runPipeline(moduleOf(program(scales)), passes, context, options), remarks };
}

/** Bits by weight, as the printed module says them. */
export const bitsIn = (result: Result<Module>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...printModule(expectValue(result), registry).matchAll(/@(\w+) : .*allocated = !lowp.q<i(\d)/g)].map(
      ([, name, bits]) => [name!, Number(bits)],
    ),
  );

export const codesOf = (result: Result<Module>) =>
  result.ok ? [] : result.diagnostics.map(({ code }) => code);
