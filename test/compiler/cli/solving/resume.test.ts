import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeSyntheticModel } from "../../../../bench/synthetic-model.ts";
import { unfinishedFolder } from "../../../../compiler/cli/solving/unfinished.ts";
import { narrow, type Outcome, temporaryFolder } from "../command-line.ts";

const main = resolve(import.meta.dirname, "../../../../compiler/cli/main.ts");
const WEIGHTS = 12;
const type = "!lowp.q<i4, block = [1, 32], scale = f16>";
const command = ["quantize", "model.mlir", "--type", type, "--solver", "mse-clip", "--workers", "1"];
const quantize = (folder: string, ...rest: readonly string[]) =>
  narrow(folder, ...command, "-o", "q.mlir", ...rest);

const bytesOf = (folder: string, name = "q") =>
  ["mlir", "safetensors"].map((ending) => readFileSync(join(folder, `${name}.${ending}`)).toString("base64"));

describe("a run that was killed", () => {
  /** Model, result of a run in one go as `whole`, and what a killed run left. */
  const origin = mkdtempSync(join(tmpdir(), "narrow-resume-"));
  let whole: readonly string[];
  let done: number;

  beforeAll(async () => {
    writeSyntheticModel(origin, { count: WEIGHTS, rows: 128, columns: 256 });
    await quantize(origin);
    whole = bytesOf(origin);
    for (const file of ["q.mlir", "q.safetensors"]) rmSync(join(origin, file));
    done = await killAfter(origin, 3);
  }, 120_000);
  afterAll(() => rmSync(origin, { recursive: true }));

  const copied = () => {
    const folder = temporaryFolder();
    cpSync(origin, folder, { recursive: true });
    return folder;
  };
  const unfinished = (folder: string) => unfinishedFolder(join(folder, "q.mlir"));
  const reused = ({ err }: Outcome) => Number(/(\d+) of 12 weights were done before/.exec(err)?.[1] ?? 0);

  it("goes on where it stopped, to the same bytes, and leaves nothing behind", async () => {
    const folder = copied();
    expect(done).toBeLessThan(WEIGHTS);
    const outcome = await quantize(folder);
    expect(outcome.status).toBe(0);
    expect(reused(outcome)).toBe(done);
    expect(bytesOf(folder)).toEqual(whole);
    expect(readdirSync(folder).toSorted()).toEqual([
      "model.mlir",
      "q.mlir",
      "q.safetensors",
      "weights.safetensors",
    ]);
  });

  it("starts over where it is told to", async () => {
    const folder = copied();
    expect(reused(await quantize(folder, "--no-resume"))).toBe(0);
    expect(bytesOf(folder)).toEqual(whole);
  });

  it("takes nothing over for other options", async () => {
    const [folder, fresh] = [copied(), temporaryFolder()];
    cpSync(join(origin, "model.mlir"), join(fresh, "model.mlir"));
    cpSync(join(origin, "weights.safetensors"), join(fresh, "weights.safetensors"));
    const other = ["quantize", "model.mlir", "--type", type, "--workers", "1", "-o", "q.mlir"];
    expect(reused(await narrow(folder, ...other))).toBe(0);
    await narrow(fresh, ...other);
    expect(bytesOf(folder)).toEqual(bytesOf(fresh));
  });

  it("takes nothing over for other weights", async () => {
    const folder = copied();
    writeSyntheticModel(folder, { count: WEIGHTS, rows: 128, columns: 128 });
    expect(reused(await quantize(folder))).toBe(0);
  });

  it("solves again what was written wrongly", async () => {
    const folder = copied();
    const path = join(unfinished(folder), "bytes");
    const bytes = readFileSync(path);
    bytes[10] = bytes[10]! ^ 1;
    writeFileSync(path, bytes);
    expect(reused(await quantize(folder))).toBe(done - 1);
    expect(bytesOf(folder)).toEqual(whole);
  });

  it("solves again what was written in part", async () => {
    const folder = copied();
    const path = join(unfinished(folder), "journal");
    truncateSync(path, readFileSync(path).length - 5);
    expect(reused(await quantize(folder))).toBe(done - 1);
    expect(bytesOf(folder)).toEqual(whole);
  });

  it("is not disturbed while it is at work", async () => {
    const folder = copied();
    writeFileSync(join(unfinished(folder), "owner"), `${process.ppid}\n`);
    const { status, err } = await quantize(folder);
    expect(status).toBe(1);
    expect(err).toContain(`error[output-busy]: process ${process.ppid} is writing`);
  });
});

it("a run that ends with an error leaves nothing behind", async () => {
  const folder = temporaryFolder();
  writeSyntheticModel(folder, { count: 1, rows: 8, columns: 48 });
  expect((await quantize(folder)).status).toBe(1);
  expect(readdirSync(folder).toSorted()).toEqual(["model.mlir", "weights.safetensors"]);
});

it("a run removes what killed ones left of the same files, and no more", async () => {
  const folder = temporaryFolder();
  writeSyntheticModel(folder, { count: 1, rows: 8, columns: 32 });
  const left = [".q.mlir.999999999.partial", ".q.safetensors.999999999.partial"];
  const others = [`.q.mlir.${process.ppid}.partial`, ".other.mlir.999999999.partial"];
  for (const name of [...left, ...others]) writeFileSync(join(folder, name), "");
  expect((await quantize(folder)).status).toBe(0);
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith(".partial"))
      .toSorted(),
  ).toEqual(others.toSorted());
});

/**
 * Runs the command in a process of its own that is killed as the line of weight `count` is written; gives how many
 * lines there are. It kills itself, as this process may not get a turn in time on a busy machine.
 */
async function killAfter(folder: string, count: number): Promise<number> {
  const killer = `import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const append = fs.appendFileSync;
    let left = ${count};
    fs.appendFileSync = (...write) => {
      append(...write);
      if (--left === 0) process.kill(process.pid, "SIGKILL");
    };
    syncBuiltinESMExports();`;
  const flags = [`data:text/javascript,${encodeURIComponent(killer)}`, import.meta.resolve("tsx")];
  const imports = flags.flatMap((flag) => ["--import", flag]);
  const child = spawn(process.execPath, [...imports, main, ...command, "-o", "q.mlir"], { cwd: folder });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  const journal = join(unfinishedFolder(join(folder, "q.mlir")), "journal");
  return readFileSync(journal, "utf8").split("\n").length - 1;
}
