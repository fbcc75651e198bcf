import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { narrow, read, temporaryFolder, write } from "./command-line.ts";

const identity = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n  return %x : tensor<2xf32>\n}\n";

describe("the program", () => {
  it.each([["an argument that is no path"], [import.meta.url]])("can be imported beside %s", (argument) => {
    const main = new URL("../../../compiler/cli/main.ts", import.meta.url);
    const program = `import(${JSON.stringify(main)}).then(({ runCli }) => console.log(typeof runCli))`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", program, argument],
      { encoding: "utf8" },
    );
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "function\n", stderr: "" });
  });
});

describe("help", () => {
  const commands = [
    "opt",
    "run",
    "import",
    "import hf",
    "import llama2c",
    "quantize",
    "eval",
    "report",
    "allocate",
    "generate",
    "bisect",
    "diff",
    "reduce",
    "check",
    "list",
  ];
  it.each(commands)("narrow %s --help shows the usage", async (command) => {
    const { status, out, err } = await narrow(temporaryFolder(), ...command.split(" "), "--help");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain(`Usage: narrow ${command}`);
  });

  it("of the program fits one screen and names every command", async () => {
    const { status, out } = await narrow(temporaryFolder(), "--help");
    expect(status).toBe(0);
    for (const command of commands) expect(out).toContain(command.split(" ")[0]);
    expect(out.split("\n").length).toBeLessThanOrEqual(30);
  });

  it("prints a version", async () => {
    expect(await narrow(temporaryFolder(), "--version")).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

describe("wrong usage ends with status 2", () => {
  it.each([
    ["an unknown command", ["optt"], "Did you mean opt?"],
    ["an unknown option", ["opt", "a.mlir", "--pipelin", "cse"], "Did you mean --pipeline?"],
    ["no file", ["opt"], "missing required argument 'file'"],
    ["an unknown choice", ["opt", "a.mlir", "--emit", "binary"], "Allowed choices are pretty, generic"],
    [
      "an unknown list",
      ["list", "passess"],
      "Allowed choices are passes, ops, types, recipes, solvers, targets",
    ],
    [
      "a missing option",
      ["quantize", "a.mlir", "--recipe", "w4-row"],
      "required option '-o, --output <file>' not specified",
    ],
    [
      "no number",
      ["eval", "a.mlir", "--text", "t", "--window", "many"],
      "expected a whole number of at least 1",
    ],
    ["a backend that is not there", ["run", "a.mlir", "--backend", "gpu"], "Allowed choices are interpreter"],
    ["too many files", ["opt", "a.mlir", "b.mlir"], "too many arguments"],
  ])("%s", async (_, args, message) => {
    const { status, out, err } = await narrow(temporaryFolder(), ...args);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain(message);
    expect(err).toContain("--help");
  });

  it("a pipeline beside --run-reproducer", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", identity);
    const { status, err } = await narrow(folder, "opt", "a.mlir", "--run-reproducer", "--pipeline", "cse");
    expect({ status, err }).toEqual({
      status: 2,
      err: "--run-reproducer runs the pipeline in the file; leave --pipeline out\n",
    });
  });

  it("several modules for one output", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", `${identity}// -----\n${identity}`);
    const { status, err } = await narrow(folder, "opt", "a.mlir", "--split-input-file", "-o", "b.mlir");
    expect({ status, err }).toEqual({
      status: 2,
      err: "-o takes one module; leave --split-input-file out\n",
    });
  });
});

describe("a file that cannot be read is a diagnostic", () => {
  const commands = [
    ["opt", "INPUT"],
    ["run", "INPUT"],
    ["quantize", "INPUT", "--recipe", "w4-row", "-o", "out.mlir"],
    ["eval", "INPUT", "--text", "t.txt"],
    ["generate", "INPUT"],
  ];
  const on = (file: string) => (command: readonly string[]) =>
    command.map((word) => (word === "INPUT" ? file : word));

  it.each(commands.map(on("absent.mlir")))("absent: %s", async (...args) => {
    const { status, err } = await narrow(temporaryFolder(), ...args);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[file-not-found\]: .*absent\.mlir.*\nhint: /);
  });

  it.each(commands.map(on(".")))("a folder: %s", async (...args) => {
    const { status, err } = await narrow(temporaryFolder(), ...args);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[file-not-found\]: .* is a directory\nhint: give the path of the file itself/);
  });

  it.each(commands.map(on("weights.bin")))("not text: %s", async (...args) => {
    const folder = temporaryFolder();
    write(folder, "weights.bin", Uint8Array.of(0x50, 0, 1, 2, 0xff, 0xfe, 10, 13));
    const { status, err } = await narrow(folder, ...args);
    expect(status).toBe(1);
    expect(err).toMatch(/error\[not-text\]: weights\.bin is not text\nhint: /);
  });

  it("an empty file is an empty module", async () => {
    const folder = temporaryFolder();
    write(folder, "empty.mlir", "");
    expect(await narrow(folder, "opt", "empty.mlir")).toMatchObject({ status: 0, err: "" });
  });

  it("also where check looks for tests", async () => {
    const folder = temporaryFolder();
    expect(await narrow(folder, "check", "absent")).toMatchObject({
      status: 1,
      err: expect.stringContaining("absent does not exist"),
    });
    expect(await narrow(folder, "check", ".")).toMatchObject({
      status: 1,
      err: expect.stringContaining("no .mlir test files in ."),
    });
  });
});

describe("narrow list", () => {
  it.each(["passes", "ops", "types", "recipes", "targets"])(
    "%s --json is an array of named things",
    async (what) => {
      const { status, out } = await narrow(temporaryFolder(), "list", what, "--json");
      const rows = JSON.parse(out) as readonly Record<string, string>[];
      expect(status).toBe(0);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(Object.keys(row)).toEqual(["name", "usage", "summary"]);
      expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
      const plain = await narrow(temporaryFolder(), "list", what);
      for (const { name } of rows) expect(plain.out).toContain(name);
    },
  );

  it("gives recipes whose pipelines parse", async () => {
    const folder = temporaryFolder();
    const recipes = JSON.parse((await narrow(folder, "list", "recipes", "--json")).out) as readonly {
      usage: string;
    }[];
    write(folder, "a.mlir", identity);
    for (const { usage } of recipes) {
      const { err } = await narrow(folder, "opt", "a.mlir", "--pipeline", usage);
      expect(err).toMatch(
        /^error\[(nothing-to-quantize|nothing-to-prune|no-norm-group|no-scale-group|no-effect)\]/,
      );
    }
  });
});

describe("narrow check", () => {
  const test = `// RUN: narrow opt %s --pipeline cse\n${identity}`;

  it("fails until the golden file is written, passes then, and shows what differs", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", test);
    expect(await narrow(folder, "check", ".")).toMatchObject({
      status: 1,
      err: expect.stringContaining("error[golden-missing]"),
    });
    expect(await narrow(folder, "check", "--update", ".")).toMatchObject({
      status: 0,
      out: "1 passed, 0 failed\n",
    });
    expect(read(folder, "a.expected.mlir")).toBe(identity);
    expect(await narrow(folder, "check", ".")).toMatchObject({ status: 0, out: "1 passed, 0 failed\n" });
    write(folder, "a.expected.mlir", identity.replace("main", "other"));
    const { status, err } = await narrow(folder, "check", ".");
    expect(status).toBe(1);
    expect(err).toContain("-func.func @other");
    expect(err).toContain("+func.func @main");
  });

  it("names the nearest line when a CHECK line fails", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", `// CHECK: return %y\n${test}`);
    const { status, err } = await narrow(folder, "check", "a.mlir");
    expect(status).toBe(1);
    expect(err).toContain('error[check-not-found]: CHECK: no match for "return %y" in the output');
    expect(err).toContain("a.mlir:1:4");
  });
});
