import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { read } from "../../../compiler/cli/command-line.ts";
import { repository } from "../../../end-to-end/narrow.ts";
import { compileTo, JOIN, JOIN_EXTENTS, sharedFolder, writeLanguageModel } from "./compiled.ts";

const folder = sharedFolder();

it("writes the same bytes each time, and for the same program under another name all but the name", async () => {
  await writeLanguageModel(folder);
  const names = ["this-one", "that-one"];
  for (const name of names) await compileTo(folder, "language.mlir", `${name}.js`);
  const first = read(folder, "this-one.js");
  expect(first.replaceAll("this-one", "that-one")).toBe(read(folder, "that-one.js"));
  expect(read(folder, "this-one.d.ts")).toBe(read(folder, "that-one.d.ts"));
  const weights = names.map((name) => readFileSync(join(folder, `${name}.weights`)));
  expect(weights[0]!.equals(weights[1]!)).toBe(true);
  await compileTo(folder, "language.mlir", "this-one.js");
  expect(read(folder, "this-one.js")).toBe(first);
});

it("writes a module that imports nothing at its top", async () => {
  await compileTo(folder, JOIN, "join.js", ...JOIN_EXTENTS);
  expect(read(folder, "join.js")).not.toMatch(/^\s*(?:import|export \*|export \{[^}]*\} from)\b/m);
});

const consumer = `import { type Entries, type ErrorCode, load, type Model, NarrowError, type Tensor } from "./join.js";

export async function use(): Promise<Tensor<Float32Array>> {
  const model: Model = await load(new Uint8Array(4), { threads: 2, relaxed: false });
  const x: Tensor<Float32Array> = { shape: [1, 4], data: new Float32Array(4) };
  const { total, h } = model.run("join", { x, y: x, sum: { shape: [2, 2], data: new Float32Array(4) } });
  const doubled = model.run("double", { x: new Float32Array(3) });
  const names: readonly (keyof Entries)[] = model.entries;
  for await (const token of model.generate([1, 2], { maxTokens: 3, choose: (logits) => logits.length - 1 }))
    console.log(token.toFixed(), names.length, model.usesRelaxed);
  model.close();
  return Math.max(...total.data) > 0 ? h : doubled.y;
}

export const isWrong = (problem: unknown): boolean => {
  const code: ErrorCode = "weights-hash";
  return problem instanceof NarrowError && problem.code === code;
};

export async function misuse(): Promise<void> {
  const model = await load();
  const x: Tensor<Float32Array> = { shape: [1, 4], data: new Float32Array(4) };
  // @ts-expect-error there is no such function
  model.run("main", {});
  // @ts-expect-error an input is missing
  model.run("join", { x, y: x });
  // @ts-expect-error a plain array
  model.run("double", { x: [1, 2, 3] });
  // @ts-expect-error floats, not integers
  model.run("double", { x: new Int32Array(3) });
  // @ts-expect-error of two axes, so its shape must be said
  model.run("join", { x: new Float32Array(4), y: x, sum: x });
  // @ts-expect-error there is no such output
  model.run("double", { x: new Float32Array(3) }).z;
  // @ts-expect-error there is no such code
  const code: ErrorCode = "weights";
  console.log(code);
}
`;

it("writes types that a program that uses it checks against", async () => {
  await compileTo(folder, JOIN, "join.js", ...JOIN_EXTENTS);
  writeFileSync(join(folder, "consumer.ts"), consumer);
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const strictness = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
  const language = ["--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext", "--types", ""];
  const { status, stdout } = spawnSync(
    process.execPath,
    [compiler, "--noEmit", ...strictness, ...language, "consumer.ts"],
    { cwd: folder, encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
