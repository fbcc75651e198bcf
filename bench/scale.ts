// npm run bench -- [ops]: how the core grows from 10,000 to 100,000 ops.
import Table from "cli-table3";
import { registry } from "../compiler/cli/toolchain.ts";
import { ConstantStore } from "../compiler/ir/constants.ts";
import { freezeModules } from "../compiler/ir/edit.ts";
import { type Module, walk } from "../compiler/ir/module.ts";
import { bindPass } from "../compiler/passes/bind.ts";
import { canonicalize } from "../compiler/passes/canonicalize.ts";
import { printModule } from "../compiler/text/print.ts";
import { parseModule } from "../compiler/text/resolve.ts";
import { verify } from "../compiler/verify/verify.ts";

const ROUNDS = 3;
const sizes = process.argv[2] ? [Number(process.argv[2])] : [10_000, 100_000];
const collect = (globalThis as { gc?: () => void }).gc;
freezeModules(false);

/** Every 10 ops: 8 additions and a pair of transposes that cancel, so canonicalize edits a tenth and more. */
function program(ops: number): string {
  const lines = ["func.func @big(%v0: tensor<2x2xf32>) -> tensor<2x2xf32> {"];
  for (let i = 1; i <= ops; i++)
    lines.push(
      i % 10 >= 8
        ? `  %v${i} = nn.transpose(%v${i - 1}) {permutation = [1, 0]} : tensor<2x2xf32>`
        : `  %v${i} = nn.add(%v${i - 1}, %v${Math.max(0, i - 6)}) : tensor<2x2xf32>`,
    );
  return [...lines, `  return %v${ops} : tensor<2x2xf32>`, "}"].join("\n");
}

interface Measurement {
  readonly wall: number;
  readonly cpu: number;
}

/** Minimum of a few rounds, in milliseconds; memory is collected before each. */
function measure<T>(run: () => T): { readonly value: T; readonly best: Measurement } {
  let value: T | undefined;
  let best: Measurement = { wall: Infinity, cpu: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    collect?.();
    const before = process.cpuUsage();
    const start = performance.now();
    value = run();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    best = { wall: Math.min(best.wall, wall), cpu: Math.min(best.cpu, (user + system) / 1000) };
  }
  return { value: value as T, best };
}

function expectModule(text: string): Module {
  const parsed = parseModule(text, "big.mlir", registry);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  return parsed.value;
}

const context = {
  registry,
  constants: new ConstantStore({ sha256: () => "", readTensor: () => ({ ok: false, diagnostics: [] }) }),
  report: () => {},
  progress: () => {},
};
const pass = bindPass(canonicalize, { skip: [] });

const table = new Table({
  head: ["ops", "step", "wall ms", "cpu ms", "µs per op"],
  colAligns: ["right", "left", "right", "right", "right"],
  style: { head: [], border: [] },
});
for (const ops of sizes) {
  const text = program(ops);
  const parse = measure(() => expectModule(text));
  const module = parse.value;
  const verified = measure(() => verify(module, registry));
  if (verified.value.length > 0) throw new Error(verified.value[0]?.message);
  const canonical = measure(() => pass.run({ ...module }, context));
  const result = await canonical.value;
  if (!result.ok) throw new Error(result.diagnostics[0]?.message);
  const left = [...walk(result.value)].length;
  const printed = measure(() => printModule(module, registry));
  const steps = {
    [`parse ${(text.length / 1e6).toFixed(1)} MB`]: parse.best,
    verify: verified.best,
    [`canonicalize to ${left.toLocaleString("en")} ops`]: canonical.best,
    print: printed.best,
  };
  for (const [step, { wall, cpu }] of Object.entries(steps))
    table.push([
      ops.toLocaleString("en"),
      step,
      wall.toFixed(0),
      cpu.toFixed(0),
      ((1000 * wall) / ops).toFixed(1),
    ]);
}
console.log(table.toString());
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
