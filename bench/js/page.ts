import { speedChart } from "./chart.ts";
import { peerNames } from "./peers.ts";
import {
  type LanguageRow,
  type ProgramRow,
  type Results,
  type Run,
  runKey,
  type SparseRow,
  type ThreadsRow,
} from "./results.ts";
import { cells, columns, type Group, groupsOf, milliseconds, sideBySide, times } from "./side-by-side.ts";

/** Plots: the shape that each shows, and what its heading says of it. */
const plotted = {
  "performance-gemv.svg": { shape: "1×4096×4096", title: "One row of inputs, 4096 × 4096 weights" },
  "performance-gemm.svg": { shape: "256×2048×2048", title: "256 rows of inputs, 2048 × 2048 weights" },
} as const;

/** docs/performance.md and the plots beside it, by file name; they follow from results alone. */
export async function performancePage(results: Results): Promise<Readonly<Record<string, string>>> {
  const runs = Object.values(results);
  const files: Record<string, string> = {};
  for (const [file, { shape, title }] of Object.entries(plotted)) {
    const speeds = runs.flatMap((run, i) =>
      run.rows
        // Peers are the same library in each run: the first will do.
        .filter((row) => row.shape === shape && (i === 0 || row.backend === "narrow"))
        .map(({ backend, format, activations, gflops }) => ({
          label: `${format} by ${activations}`,
          series: backend === "narrow" ? `narrow, ${runKey(run)}` : backend,
          gflops,
        })),
    );
    if (speeds.length > 0) files[file] = withInk(await speedChart(title, speeds));
  }
  const plots = Object.keys(files).map(
    (file) => `![${plotted[file as keyof typeof plotted].title}](${file})\n`,
  );
  const sections = runs.map((run, i) => section(run, i === 0));
  return { "performance.md": [head, ...plots, ...sections].join("\n"), ...files };
}

/** An image has no page to take its ink from, but knows whether that page is light or dark. */
const withInk = (svg: string): string => {
  const ink = "<style>svg{color:#222}@media(prefers-color-scheme:dark){svg{color:#ddd}}</style>";
  return `${svg.replace(/^<svg [^>]*>/, (opening) => opening + ink)}\n`;
};

const head = `# Performance of compiled programs

How fast the programs are that \`narrow compile\` makes, beside ONNX Runtime on WebAssembly (onnxruntime-web) and in
machine code (onnxruntime-node). \`npm run bench:js\` measures and writes this page; \`-- --relaxed\` does so in engines
with relaxed SIMD. All backends run on one thread, in one process, in turns; times are medians of processor time per
call.

- **M×K×N**: rows of inputs, inputs of a row, outputs of a row.
- **weights**: numbers of 8, 4 or 2 bits with an f32 scale per row, or per group of 32 or 128.
- **inputs**: \`f32\` as they come; \`i8\` and \`i14\` are rounded to 8 and 14 bits with one scale per row, and the time
  includes that. Peers round 8-bit inputs by \`DynamicQuantizeLinear\`, or inside \`MatMulNBits\` at accuracy level 4;
  onnxruntime-web takes floats there all the same. Where sums of signed 8-bit weights saturate, as onnxruntime-node's do
  on processors without dot products of bytes, peers get unsigned ones. Peers have no 14 bits: beside \`i14\` stands
  what they do with floats.
- **GF/s**: 10⁹ multiplications and additions per second. **GB/s**: 10⁹ bytes of weights per second.
- **error**: how far the first row of outputs is from f64 arithmetic on the same weights and unrounded inputs, relative
  to its norm.
- **ratio**: how many times as long the peer takes as narrow.
`;

/** Programs are the same in all engines, so only the first section tells of them. */
function section(run: Run, isFirst: boolean): string {
  const {
    node,
    processor,
    peers,
    streaming,
    othersLoad,
    rows,
    languages,
    threads,
    programs,
    sparse = [],
  } = run;
  const speeds = Object.entries(streaming).map(([size, speed]) => `${speed.toFixed(1)} GB/s over ${size}`);
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const beside = versions.length > 0 ? `, beside ${versions.join(" and ")}` : "";
  const having = processor.length > 0 ? `, on a processor with ${processor.join(", ")}` : "";
  return `## ${runKey(run)}

Node ${node}${beside}${having}.
Reading alone, one core streams ${speeds.join(" and ")}.
Other processes kept ${othersLoad.toFixed(2)} cores busy meanwhile.

How many times as long as narrow its peers take, over the shapes and groups below:

${table(["", ...peerNames], 1, groupsOf(rows).map(groupCells))}
${table(columns, 3, sideBySide(rows).map(cells))}
${sparseSection(sparse)}${languageSection(languages)}${threadsSection(threads)}${isFirst ? programSection(programs) : ""}`;
}

const groupCells = ({ name, ranges }: Group): readonly string[] => [
  name,
  ...peerNames.map((peer) => {
    const range = ranges[peer];
    return range ? [...new Set(range.map(times))].join(" to ") : "–";
  }),
];

const MEBIBYTE = 2 ** 20;
const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1);

function languageSection(languages: readonly LanguageRow[]): string {
  if (languages.length === 0) return "";
  const rows = languages.map((row) => [
    row.model,
    row.compiled.toFixed(0),
    row.interpreter.toFixed(0),
    times(row.compiled / row.interpreter),
    row.isSame ? "the same" : "another",
    mebibytes(row.residentBytes),
    mebibytes(row.emptyBytes),
  ]);
  const names = [
    "model",
    "tokens/s",
    "interpreter tokens/s",
    "ratio",
    "text",
    "resident MiB",
    "Node alone MiB",
  ];
  return `
### Writing text

Greedy continuation of a short prompt by ${languages[0]!.tokens} tokens, compiled and on the interpreter. Resident: what a process of its
own holds that does nothing else, and what an empty one does.

${table(names, 1, rows)}`;
}

function sparseSection(sparse: readonly SparseRow[]): string {
  if (sparse.length === 0) return "";
  const rows = sparse.map(({ shape, format, zeros, dense, sparse, isTaken }) => [
    shape,
    format,
    isTaken ? "yes" : "no",
    `${100 * zeros} %`,
    milliseconds(dense.milliseconds),
    milliseconds(sparse.milliseconds),
    times(dense.milliseconds / sparse.milliseconds),
    times(sparse.bytes / dense.bytes),
  ]);
  const names = ["M×K×N", "weights", "taken", "zeros", "all ms", "others ms", "ratio", "bytes"];
  return `
### Weights with zeros

Weights of which a share is zeros, anywhere, by the kernel of all numbers and by the one of the others; 8-bit integers
with one scale are beside f32. Ratio: how many times as long as the others all of them take. Bytes: of the others, with
their places, over those of all. Taken: whether the compiler has the others alone multiplied.

${table(names, 3, rows)}`;
}

function threadsSection(threads: readonly ThreadsRow[]): string {
  if (threads.length === 0) return "";
  const rows = threads.map(({ shape, format, activations, one, two, isValid }) => [
    shape,
    format,
    activations,
    milliseconds(one),
    milliseconds(two),
    isValid ? times(one / two) : "not valid",
  ]);
  return `
### Two threads

By the clock on the wall; not valid where other processes took part of the two cores meanwhile.

${table(["M×K×N", "weights", "inputs", "1 thread ms", "2 threads ms", "ratio"], 3, rows)}`;
}

function programSection(programs: readonly ProgramRow[]): string {
  const rows = programs.map(({ name, compileMilliseconds, scriptBytes, weightBytes, arenaBytes }) => [
    name,
    compileMilliseconds.toFixed(0),
    String(scriptBytes),
    String(weightBytes),
    String(arenaBytes),
  ]);
  return `
### Programs

Processor time of compiling, bytes of the two files, and bytes of memory that values and workspace take beside the
weights.

${table(["program", "compile ms", "script", "weights", "arena and workspace"], 1, rows)}`;
}

/** A table in Markdown whose first columns are words, and the others numbers. */
function table(names: readonly string[], words: number, rows: readonly (readonly string[])[]): string {
  const line = (parts: readonly string[]) => `| ${parts.join(" | ")} |`;
  const rule = `|${names.map((_, i) => (i < words ? "-" : "-:")).join("|")}|`;
  return `${[line(names), rule, ...rows.map(line)].join("\n")}\n`;
}
