import { execFile } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { addResult, loadResults } from "../../../bench/accuracy/results.ts";
import { temporaryFolder } from "../../compiler/import/files.ts";

const folder = temporaryFolder();
const source = pathToFileURL(join(import.meta.dirname, "../../../bench/accuracy/results.ts")).href;

it("keeps what other processes write at the same time", async () => {
  const path = join(folder, "results.json");
  const code = `
    import { addResult } from ${JSON.stringify(source)};
    for (let i = 0; i < 20; i++)
      await addResult("m" + (i % 2), process.argv[1] + i, { bits: i, loss: 1 }, ${JSON.stringify(path)});`;
  const child = (name: string) =>
    promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code, name], {
      cwd: join(import.meta.dirname, "../../.."),
    });
  await Promise.all(["a", "b", "c"].map(child));
  const results = loadResults(path);
  const names = Object.values(results).flatMap((figures) => Object.keys(figures));
  expect(names.length).toBe(60);
  expect(readdirSync(folder)).toEqual(["results.json"]);
});

it("replaces a row's figures and sorts the keys", async () => {
  const path = join(folder, "sorted.json");
  writeFileSync(path, '{ "b": { "y": { "bits": 1, "loss": 1 } } }');
  await addResult("b", "x", { bits: 2, loss: 2 }, path);
  await addResult("b", "y", { bits: 3, loss: 3 }, path);
  await addResult("a", "z", { bits: 4, loss: 4 }, path);
  const results = loadResults(path);
  expect(Object.keys(results)).toEqual(["a", "b"]);
  expect(Object.keys(results.b!)).toEqual(["x", "y"]);
  expect(results.b!.y).toEqual({ bits: 3, loss: 3 });
});
