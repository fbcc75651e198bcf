import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may import whom. Each layer lists what it may depend on besides itself; the list has no cycles,
 * so data and knowledge flow one way. Longest prefix wins.
 */
const framework = [
  "compiler/diagnostics",
  "compiler/numeric",
  "compiler/ir",
  "compiler/schema",
  "compiler/define",
] as const;
const allowed: Readonly<Record<string, readonly string[]>> = {
  "compiler/diagnostics": [],
  "compiler/numeric": [],
  "compiler/ir": ["compiler/diagnostics"],
  "compiler/schema": ["compiler/ir"],
  "compiler/define": ["compiler/ir", "compiler/schema", "compiler/diagnostics", "compiler/numeric"],
  "compiler/text": framework,
  "compiler/verify": framework,
  "compiler/rewrite": framework,
  "compiler/diff": [...framework, "compiler/text"],
  "compiler/reduce": [...framework, "compiler/verify", "compiler/rewrite"],
  "compiler/check": ["compiler/diagnostics"],
  "compiler/allocation": ["compiler/diagnostics", "compiler/numeric", "compiler/schema", "compiler/ir"],
  "compiler/import": ["compiler/diagnostics", "compiler/numeric", "compiler/ir"],
  "compiler/export": ["compiler/diagnostics", "compiler/numeric", "compiler/ir", "compiler/import"],
  "compiler/passes": [...framework, "compiler/text", "compiler/verify", "compiler/rewrite"],
  // The composition root: the only folder that may import every layer, and that nobody imports.
  "compiler/cli": ["compiler", "dialects", "runtime"],
  "dialects/builtin": ["compiler"],
  "dialects/func": ["compiler"],
  "dialects/nn": ["compiler"],
  "dialects/lowp": ["compiler", "dialects/nn", "dialects/func"],
  "dialects/rot": ["compiler", "dialects/nn", "dialects/lowp", "dialects/func"],
  "dialects/quant": ["compiler"],
  "dialects/kv": ["compiler", "dialects/nn", "dialects/lowp", "dialects/func"],
  "dialects/sparse": ["compiler", "dialects/nn", "dialects/lowp", "dialects/func"],
  "dialects/js": ["compiler", "dialects/nn", "dialects/lowp"],
  dialects: ["dialects", "compiler"],
  "runtime/text": [
    "compiler/diagnostics",
    "compiler/numeric",
    "compiler/ir",
    "compiler/import",
    "runtime/backend",
    "runtime/log-probabilities",
  ],
  // What is bundled into artifacts, which run without the compiler.
  "runtime/js/artifact": [],
  "runtime/js/assembler": ["compiler/diagnostics"],
  "runtime/js/translate": ["compiler/diagnostics", "runtime/js/assembler"],
  "runtime/js/kernels": [
    "compiler/diagnostics",
    "compiler/numeric",
    "runtime/js/assembler",
    "runtime/js/kernel",
  ],
  "runtime/js": ["compiler", "dialects", "runtime/backend", "runtime/text"],
  runtime: ["compiler"],
};

const root = join(import.meta.dirname, "..");
const sources = ["compiler", "dialects", "runtime"]
  .flatMap((layer) =>
    readdirSync(join(root, layer), { recursive: true, encoding: "utf8" }).map((file) => join(layer, file)),
  )
  .filter((file) => file.endsWith(".ts"));
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const importsOf = (file: string) =>
  [...textOf(file).matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)].map(([, to = ""]) =>
    normalize(join(dirname(file), to)),
  );

const layerOf = (file: string) =>
  Object.keys(allowed)
    .filter((layer) => file === layer || file.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0];

test.each(sources)("%s imports only what its layer allows", (file) => {
  const layer = layerOf(file)!;
  const forbidden = importsOf(file).filter(
    (to) =>
      !to.startsWith(`${layer}/`) &&
      (to.startsWith("compiler/cli/") ||
        !allowed[layer]!.some((target) => to.startsWith(`${target}/`) || to === `${target}.ts`)),
  );
  expect(forbidden).toEqual([]);
});

test("every compiler folder and every dialect has a row in the table", () => {
  const folders = ["compiler", "dialects"].flatMap((layer) =>
    readdirSync(join(root, layer), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${layer}/${entry.name}`),
  );
  expect(folders.filter((folder) => !(folder in allowed))).toEqual([]);
});

test("the table names no folder that is gone", () => {
  expect(Object.keys(allowed).filter((layer) => !existsSync(join(root, layer)))).toEqual([]);
});

test("each library is known in one place", () => {
  const homes: Readonly<Record<string, string>> = {
    immer: "compiler/ir/edit.ts",
    chevrotain: "compiler/text/",
    "@dagrejs/graphlib": "compiler/ir/dataflow-graph.ts",
    commander: "compiler/cli/",
    vega: "compiler/cli/report/chart.ts",
    highs: "compiler/allocation/",
    workerpool: "compiler/cli/solving/",
    valibot: "dialects/lowp/import/",
    "@huggingface/tokenizers": "runtime/text/huggingface-tokenizer.ts",
  };
  const strays = sources.flatMap((file) =>
    Object.entries(homes).flatMap(([library, home]) =>
      textOf(file).includes(`from "${library}"`) && !file.startsWith(home) ? [`${file}: ${library}`] : [],
    ),
  );
  expect(strays).toEqual([]);
});

test("the core runs in a browser: it imports nothing of Node", () => {
  const core = [
    "diagnostics",
    "numeric",
    "ir",
    "schema",
    "define",
    "text",
    "verify",
    "rewrite",
    "passes",
    "diff",
    "reduce",
    "check",
    "allocation",
  ];
  const strays = sources.filter(
    (file) =>
      core.some((folder) => file.startsWith(`compiler/${folder}/`)) && /from "node:/.test(textOf(file)),
  );
  expect(strays).toEqual([]);
});

test("no file is longer than 300 lines", () => {
  const long = sources.filter((file) => textOf(file).split("\n").length > 301);
  expect(long).toEqual([]);
});

test("shared code never asks for an op by name", () => {
  const strays = sources.filter(
    (file) =>
      file.startsWith("compiler/") &&
      !file.startsWith("compiler/cli/") &&
      /\.name === "(?:nn|lowp|func|quant|rot|js)\./.test(textOf(file)),
  );
  expect(strays).toEqual([]);
});
