import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { parseDirectives } from "../compiler/check/directives.ts";
import { checkOutput } from "../compiler/check/match.ts";
import { parseRunLines } from "../compiler/check/run-lines.ts";
import { splitShellWords } from "../compiler/check/shell-words.ts";
import { checkFile } from "../compiler/cli/check-file.ts";
import { constantHost } from "../compiler/cli/constant-host.ts";
import type { Io } from "../compiler/cli/io.ts";
import { runCli } from "../compiler/cli/main.ts";
import { createRegistry, type Dialect, type Registry } from "../compiler/define/dialect.ts";
import { isMismatch } from "../compiler/define/op.ts";
import type { Result } from "../compiler/diagnostics/diagnostic.ts";
import { renderAll } from "../compiler/diagnostics/render.ts";
import { ConstantStore } from "../compiler/ir/constants.ts";
import type { Module } from "../compiler/ir/module.ts";
import type { TensorType } from "../compiler/ir/types.ts";
import { bindPass, parsePipeline } from "../compiler/passes/bind.ts";
import { genericPasses } from "../compiler/passes/index.ts";
import { runPipeline } from "../compiler/passes/pipeline.ts";
import { printModule } from "../compiler/text/print.ts";
import { parseModule } from "../compiler/text/resolve.ts";
import { verify } from "../compiler/verify/verify.ts";
import { allDialects } from "../dialects/index.ts";
import { quantize } from "../dialects/lowp/quantize.ts";
import { bitsPerElement } from "../dialects/lowp/storage.ts";
import { Interpreter } from "../runtime/interpreter/interpreter.ts";
import { fencedBlocks, fileNameOf, tableUnder } from "./markdown.ts";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = fencedBlocks(readme);
const tutorial = blocks.find((block) => fileNameOf(block) === "clamp.ts")!;
const goldenTest = blocks.find((block) => fileNameOf(block) === "clamp.mlir")!;

/** Holds the files the README shows, as its commands expect them. */
const folder = join(mkdtempSync(join(tmpdir(), "narrow-readme-")), "shown");
let demo: Dialect;
let registry: Registry;
const constants = new ConstantStore(constantHost(folder));
let hasLoad = false;

beforeAll(async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const library = JSON.stringify(join(root, "index.ts"));
  for (const block of blocks) {
    const name = fileNameOf(block);
    if (name) writeFileSync(join(folder, name), block.text.replaceAll('"narrow"', library));
  }
  demo = (await import(pathToFileURL(join(folder, "clamp.ts")).href)).dialect;
  registry = createRegistry([...allDialects, demo], genericPasses);
  hasLoad = (await narrow("--help")).out.includes("--load");
});
afterAll(() => rmSync(join(folder, ".."), { recursive: true }));

function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(renderAll(result.diagnostics, new Map()));
  return result.value;
}

/** What a command prints, and how it ends. */
async function narrow(...args: readonly string[]) {
  const written = { out: "", err: "", status: 0 };
  const io: Io = {
    folder,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    terminal: false,
  };
  written.status = await runCli(args, io);
  return written;
}

function parseVerified(text: string): Module {
  const module = expectOk(parseModule(text, "README.md", registry));
  expect(renderAll(verify(module, registry), new Map([["README.md", text]]))).toBe("");
  return module;
}

describe("the tutorial", () => {
  const runLines = parseRunLines(goldenTest.text, "clamp.mlir");

  it("is at most 30 lines long", () => {
    expect(tutorial.text.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
  });

  it("has no type errors", () => {
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
    const language = ["--target", "es2023", "--lib", "es2023", "--module", "nodenext", "--skipLibCheck"];
    const strictness = ["--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes"];
    const options = ["--noEmit", "--allowImportingTsExtensions", ...types, ...language, ...strictness];
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, "clamp.ts"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("defines a pass that passes the golden test", async () => {
    const [run] = expectOk(runLines);
    const pipeline = run!.arguments[run!.arguments.indexOf("--pipeline") + 1]!;
    const passes = expectOk(parsePipeline(pipeline, registry));
    const context = { registry, constants, report: () => {}, progress: () => {} };
    const options = { verifyEach: true, allowUnregistered: false };
    const module = expectOk(await runPipeline(parseVerified(goldenTest.text), passes, context, options));
    const checks = expectOk(parseDirectives(goldenTest.text, "clamp.mlir", "CHECK"));
    expect(checks.length).toBeGreaterThan(0);
    expect(renderAll(checkOutput(checks, printModule(module, registry)), new Map())).toBe("");
  });

  it("defines a kernel that the interpreter runs", () => {
    const interpreter = new Interpreter(parseVerified(goldenTest.text), registry, constants);
    const input = { shape: [4], data: Float32Array.of(-9, -1, 1.5, 7) };
    const [output] = expectOk(interpreter.run("main", [input]));
    expect([...output!.data]).toEqual([-2, -1, 1.5, 2]);
  });

  it("is a golden test that the command passes", async ({ skip }) => {
    skip(!hasLoad, "there is no --load");
    const io: Io = { folder, out: () => {}, err: () => {}, terminal: false };
    const problems = await checkFile("clamp.mlir", { io, runLine: runCli, update: false });
    expect(renderAll(problems, new Map([["clamp.mlir", goldenTest.text]]))).toBe("");
  });
});

describe("the program", () => {
  const programs = blocks.flatMap(({ language, text }, i) =>
    language === "mlir" ? [[`in block ${i + 1}`, text] as const] : [],
  );

  it.each(programs)("%s parses, verifies and prints to itself", (_, text) => {
    const withoutComments = text.replace(/^\/\/.*\n/gm, "");
    expect(printModule(parseVerified(text), registry)).toBe(withoutComments);
  });
});

/** Commands whose output is quick to make and always the same. */
const repeatable = /^npx narrow (?:opt|run|check) /;

describe("the command", () => {
  const commands = blocks.flatMap(({ language, text }, i) => {
    const output = blocks[i + 1];
    return language === "sh" && repeatable.test(text) && output?.follows
      ? [[text.trim(), output.text] as const]
      : [];
  });

  it.each(commands)("%s prints what is shown", async (command, output) => {
    if (command.includes("clamp") && !hasLoad) return;
    const words = splitShellWords(command)!.slice(2);
    const { out, err, status } = await narrow(...words.map(({ text }) => text));
    // Remarks tell what a pass has weighed; the text under the command says so where there are any.
    expect({ status, err: err.replace(/^remark\[.*\n\n?/gm, "") }).toEqual({ status: 0, err: "" });
    expect(out).toBe(output);
  });

  it("is shown with its output at least five times", () => {
    expect(commands.length).toBeGreaterThanOrEqual(5);
  });
});

describe("the table of formats", () => {
  const weight = { shape: [128, 384], data: new Float32Array(128 * 384).map((_, i) => Math.sin(i)) };

  it.each(tableUnder(readme, "Formats"))(
    "%s takes %s bits per weight and can be quantized into",
    (text, bits) => {
      const module = parseVerified(`lowp.param @w : tensor<128x384x${text}>`);
      const [param] = Object.values(module.ops).filter(({ name }) => name === "lowp.param");
      const { element } = (param!.attributes as { readonly type: TensorType }).type;
      expect(bitsPerElement(element, weight.shape)?.toFixed(2)).toBe(bits);
      const quantized = element.kind === "dialect" && quantize(weight, element);
      expect(isMismatch(quantized) ? quantized.message : quantized).toBeTruthy();
      expect(isMismatch(quantized)).toBe(false);
    },
  );
});

/** First cells of the table under a heading. */
const names = (heading: string) => tableUnder(readme, heading).map(([name]) => name);

test("the table of passes names every pass", () => {
  const passes = createRegistry(allDialects, genericPasses).passes;
  expect(names("Passes")).toEqual(passes.map(({ name }) => name));
});

test("the table of passes states their contracts, those of the default options", () => {
  const contracts = createRegistry(allDialects, genericPasses).passes.map((pass) => {
    const defaults = Object.entries(pass.options).map(([key, { fallback }]) => [key, fallback?.value]);
    const { contract } = bindPass(pass, Object.fromEntries(defaults));
    return contract.kind === "exactInReals" ? "exact in reals" : contract.kind;
  });
  expect(tableUnder(readme, "Passes").map(([, contract]) => contract)).toEqual(contracts);
});

test("the table of dialects names every dialect", () => {
  expect(names("Dialects")).toEqual(allDialects.map(({ name }) => name));
});

test("the table of targets names every target", async () => {
  const targets = JSON.parse((await narrow("list", "targets", "--json")).out) as { readonly name: string }[];
  expect(names("Targets")).toEqual(targets.map(({ name }) => name));
});

test("the table of commands names every command", async () => {
  const help = (await narrow("--help")).out.split("\nCommands:\n")[1]!.split("\n\n")[0]!;
  const commands = [...help.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!);
  expect(names("Commands")).toEqual(commands.filter((name) => name !== "help"));
});
