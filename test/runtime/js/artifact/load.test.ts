import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { narrow } from "../../../compiler/cli/command-line.ts";
import { compileTo, type Emitted, JOIN, JOIN_EXTENTS, noise, refusalOf, sharedFolder } from "./compiled.ts";

const folder = sharedFolder();
let emitted: Emitted;
let weights: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  emitted = await compileTo(folder, JOIN, "join.js", ...JOIN_EXTENTS);
  weights = new Uint8Array(readFileSync(join(folder, "join.weights")));
});

const inputs = { x: noise(3, 1) };

describe("load", () => {
  it("takes weights as bytes, as a view of bytes, as an ArrayBuffer and as shared memory", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(weights.length));
    shared.set(weights);
    const wide = new Uint8Array(weights.length + 6);
    wide.set(weights, 3);
    const views = [
      weights,
      weights.buffer,
      shared,
      wide.subarray(3, -3),
      readFileSync(join(folder, "join.weights")),
    ];
    for (const view of views) {
      const model = await emitted.load(view);
      expect(model.run("double", inputs).y?.data).toEqual(inputs.x.map((value) => value + value));
    }
  });

  it("refuses with errors of the class that the module exports", async () => {
    await expect(emitted.load(weights.slice(1))).rejects.toBeInstanceOf(emitted.NarrowError);
  });

  it("refuses weights of another size", async () => {
    const { code, message } = await refusalOf(() => emitted.load(weights.slice(1)));
    expect(code).toBe("weights-size");
    expect(message).toBe(
      `the weights are ${weights.length - 1} bytes, but the program was compiled with ${weights.length}`,
    );
  });

  it("refuses weights that differ in a bit", async () => {
    const other = weights.slice();
    other[0]! ^= 1;
    const { code, message } = await refusalOf(() => emitted.load(other));
    expect(code).toBe("weights-hash");
    expect(message).toMatch(/their SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/);
  });

  it.each([
    ["text", "String"],
    [[1, 2], "Array"],
    [new Float32Array(4), "Float32Array"],
    [null, "Null"],
  ])("refuses %j as weights", async (given, kind) => {
    const { code, message } = await refusalOf(() => emitted.load(given));
    expect(code).toBe("weights-type");
    expect(message).toContain(`not ${kind}`);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d threads", async (threads) => {
    const { code } = await refusalOf(() => emitted.load(weights, { threads }));
    expect(code).toBe("threads");
  });

  it("finds weights whose names mean something in addresses", async () => {
    const name = "a b#c?d%20é.js";
    await narrow(folder, "compile", JOIN, "-o", name, ...JOIN_EXTENTS);
    const script = `import { pathToFileURL } from "node:url";
      const { load } = await import(pathToFileURL(${JSON.stringify(join(folder, name))}));
      await load();`;
    expect(inNode(script)).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("names the weights file that is missing", async () => {
    await narrow(folder, "compile", JOIN, "-o", "alone.js", ...JOIN_EXTENTS);
    rmSync(join(folder, "alone.weights"));
    const script = `import { load, NarrowError } from "./alone.js";
      const problem = await load().catch((problem) => problem);
      console.log(problem instanceof NarrowError, problem.code, problem.message);`;
    const { stdout } = inNode(script);
    expect(stdout).toMatch(
      /^true weights-missing the weights cannot be read from file:.*alone\.weights: ENOENT/,
    );
  });
});

/** Runs a script in a process of its own. */
function inNode(script: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

describe("a process", () => {
  it("ends though threads wait, and runs the module there whatever its own options are", () => {
    const script = `import { load } from "./join.js";
      const model = await load(undefined, { threads: 3 });
      console.log(model.run("double", { x: Float32Array.of(1, 2, 3) }).y.data.join());`;
    expect(inNode(script)).toEqual({ status: 0, stdout: "2,4,6\n", stderr: "" });
  });

  it("ends when weights are refused that threads were asked for", () => {
    const script = `import { load } from "./join.js";
      console.log((await load(new Uint8Array(1), { threads: 2 }).catch((problem) => problem)).code);`;
    expect(inNode(script)).toEqual({ status: 0, stdout: "weights-size\n", stderr: "" });
  });

  it("is told when a thread cannot start", () => {
    const source = readFileSync(join(folder, "join.js"), "utf8");
    writeFileSync(
      join(folder, "lost.js"),
      source.replace("url: import.meta.url", 'url: "file:///nowhere/join.js"'),
    );
    const script = `import { readFileSync } from "node:fs";
      import { load } from "./lost.js";
      const problem = await load(readFileSync("join.weights"), { threads: 3 }).catch((problem) => problem);
      console.log(problem.code, problem.message);`;
    const { status, stdout } = inNode(script);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^thread a thread of file:\/\/\/nowhere\/join.js did not start: .*Cannot find module/,
    );
  });
});
