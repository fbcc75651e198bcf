// npm run accuracy [-- ROW…]: losses of the example model in every scheme, beside an independent reference.
// Figures are kept in bench/results/accuracy.json; docs/accuracy.md is written anew from them.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constantHost } from "../compiler/cli/constant-host.ts";
import { runCli } from "../compiler/cli/main.ts";
import { registry } from "../compiler/cli/toolchain.ts";
import { ConstantStore } from "../compiler/ir/constants.ts";
import { parseModule } from "../compiler/text/resolve.ts";
import { paramSizes } from "../dialects/lowp/sizes.ts";

const root = join(import.meta.dirname, "..").replace(/\/dist$/, "");
const example = join(root, "examples/tiny-llama");
const resultsPath = join(root, "bench/results/accuracy.json");
const pagePath = join(root, "docs/accuracy.md");

interface Row {
  readonly name: string;
  readonly type: string;
  readonly solver?: string;
  /** Key of the reference; the same scheme computed independently in numpy. */
  readonly reference?: string;
}
interface Figures {
  readonly bits: number;
  readonly loss: number;
}

const symmetric = (bits: number) => `i${bits}<-${2 ** (bits - 1) - 1}:${2 ** (bits - 1) - 1}>`;
const blocks = { row: "[1, *]", g32: "[1, 32]" } as const;

const integerRows = (["row", "g32"] as const).flatMap((block) =>
  [8, 4, 3, 2].flatMap((bits): Row[] => {
    const exact = `!lowp.q<${symmetric(bits)}, block = ${blocks[block]}, scale = f32>`;
    const zero = `!lowp.q<ui${bits}, block = ${blocks[block]}, scale = f32, zero = ui${bits}>`;
    const rtn = { name: `W${bits} RTN sym ${block}`, type: exact, reference: `W${bits} RTN sym ${block}` };
    if (bits === 8) return [rtn];
    const named = (kind: string, rest: Omit<Row, "name" | "reference">): Row => {
      const name = `W${bits} ${kind} ${block}`;
      return { name, reference: name, ...rest };
    };
    return [
      rtn,
      named("RTN mse", { type: exact, solver: "mse-clip" }),
      named("RTN asym", { type: zero }),
      named("GPTQ sym", { type: exact, solver: "gptq" }),
      named("GPTQ mse", { type: exact, solver: "gptq<scales = mse>" }),
    ];
  }),
);

const rows: readonly Row[] = [
  ...integerRows,
  {
    name: "MXFP4 weights",
    type: "!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>",
    reference: "MXFP4 weights",
  },
  {
    name: "NVFP4 weights",
    type: "!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>",
    reference: "NVFP4 weights",
  },
  ...[
    [4, 64],
    [3, 64],
    [2, 32],
  ].map(
    ([bits, group]): Row => ({
      name: `W${bits} GPTQ mse asym g${group}, f16 scales`,
      type: `!lowp.q<ui${bits}, block = [1, ${group}], scale = f16, zero = ui${bits}>`,
      solver: "gptq<scales = mse>",
    }),
  ),
];

const references = JSON.parse(readFileSync(join(example, "baselines.json"), "utf8"))[
  "tiny-llama"
] as Readonly<Record<string, { readonly loss: number } | undefined>>;

async function narrow(...args: readonly string[]): Promise<string> {
  const out: string[] = [];
  const io = {
    folder: root,
    terminal: false,
    out: (text: string) => void out.push(text),
    err: (text: string) => process.stderr.write(text),
  };
  const status = await runCli(args, io);
  if (status !== 0) throw new Error(`narrow ${args.join(" ")} ended with ${status}`);
  return out.join("");
}

/** Bits per weight of the block linears, from the bytes that are really in the file. */
function bitsPerWeight(path: string): number {
  const parsed = parseModule(readFileSync(path, "utf8"), path, registry);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  const constants = new ConstantStore(constantHost(join(path, "..")));
  const { resources } = parsed.value;
  let bytes = 0;
  let elements = 0;
  for (const { name, elements: count } of paramSizes(parsed.value)) {
    const own = Object.keys(resources).filter(
      (key) =>
        key.startsWith(`${name}.`) && /\.(self_attn|mlp)\./.test(name) && key !== `model.${name}.weight`,
    );
    if (own.length === 0) continue;
    elements += count;
    for (const key of own) {
      const read = constants.read(key, resources[key]);
      if (!read.ok) throw new Error(read.diagnostics[0]?.message);
      bytes += read.value.length;
    }
  }
  return (8 * bytes) / elements;
}

async function measure({ type, solver }: Row): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "narrow-accuracy-"));
  const output = join(folder, "model.mlir");
  const calibrated = solver?.startsWith("gptq") ? ["--calibration", join(example, "calib_text.txt")] : [];
  await narrow(
    "quantize",
    join(example, "model.mlir"),
    "--type",
    type,
    ...(solver ? ["--solver", solver] : []),
    "--only",
    "layers.*",
    ...calibrated,
    "-o",
    output,
  );
  const scored = await narrow(
    "eval",
    output,
    "--text",
    join(example, "eval_text.txt"),
    "--window",
    "256",
    "--limit",
    "16384",
    "--json",
  );
  const figures = {
    bits: bitsPerWeight(output),
    loss: (JSON.parse(scored) as { readonly loss: number }).loss,
  };
  rmSync(folder, { recursive: true });
  return figures;
}

const load = (): Record<string, Figures> =>
  existsSync(resultsPath) ? (JSON.parse(readFileSync(resultsPath, "utf8")) as Record<string, Figures>) : {};

function page(results: Readonly<Record<string, Figures>>): string {
  const lines = rows.flatMap(({ name, type, solver = "rtn", reference }) => {
    const found = results[name];
    if (!found) return [];
    const expected = reference === undefined ? undefined : references[reference]?.loss;
    const difference =
      expected === undefined ? "" : (found.loss - expected).toFixed(4).replace(/^-0\.0000$/, "0.0000");
    return [
      `| ${name} | \`${solver}\` | ${found.bits.toFixed(2)} | ${found.loss.toFixed(4)} | ${expected?.toFixed(4) ?? "–"} | ${difference} | \`${type}\` |`,
    ];
  });
  return `# Accuracy

The example model (\`examples/tiny-llama\`, bf16, loss 1.1577 nats per token) with the linear weights of its
blocks in one scheme at a time. Loss: the first 16,384 tokens of \`eval_text.txt\` in windows of 256. Bits:
bytes of codes, scales and zero points in the file, per weight. Solvers that calibrate see
\`calib_text.txt\` only: 32 windows of 256 tokens, spread evenly. Reference: the same scheme computed
independently in numpy (\`examples/tiny-llama/baselines.json\`). \`npm run accuracy\` writes this page.

| scheme | solver | bits/weight | loss | reference | difference | type |
|-|-|-:|-:|-:|-:|-|
${lines.join("\n")}
`;
}

const wanted = process.argv.slice(2);
for (const row of rows.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const figures = await measure(row);
  console.log(`${row.name.padEnd(40)} ${figures.bits.toFixed(3)} bits  loss ${figures.loss.toFixed(6)}`);
  writeFileSync(resultsPath, `${JSON.stringify({ ...load(), [row.name]: figures }, undefined, 2)}\n`);
}
writeFileSync(pagePath, page(load()));
