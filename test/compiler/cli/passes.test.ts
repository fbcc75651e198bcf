import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetForCrash, rememberForCrash, reportCrash } from "../../../compiler/cli/crash.ts";
import { registry } from "../../../compiler/cli/toolchain.ts";
import type { Contract } from "../../../compiler/define/pass.ts";
import { ok } from "../../../compiler/diagnostics/diagnostic.ts";
import { ConstantStore } from "../../../compiler/ir/constants.ts";
import type { Module } from "../../../compiler/ir/module.ts";
import { parseModule } from "../../../compiler/text/resolve.ts";
import { checkContract } from "../../../runtime/interpreter/contracts.ts";
import { narrow, read, temporaryFolder, write, writeModel } from "./command-line.ts";

const twoRelus = `func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  %b = nn.relu(%x) : tensor<2xf32>
  %c = nn.add(%a, %b) : tensor<2xf32>
  return %c : tensor<2xf32>
}
`;

function withRelus(): string {
  const folder = temporaryFolder();
  write(folder, "a.mlir", twoRelus);
  return folder;
}

describe("what opt shows on the way", () => {
  it("is the time of each pass, on the side", async () => {
    const { status, out, err } = await narrow(
      withRelus(),
      "opt",
      "a.mlir",
      "--pipeline",
      "cse,canonicalize{skip = []}",
      "--timing",
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^func\.func/);
    expect(err).toMatch(
      /pass +ms *\ncse +\d+\.\d\d *\ncanonicalize\{skip = \[\]\} +\d+\.\d\d *\ntotal +\d+\.\d\d *\n/,
    );
  });

  it("is the module after each pass that changed it", async () => {
    const { out, err } = await narrow(
      withRelus(),
      "opt",
      "a.mlir",
      "--pipeline",
      "canonicalize,cse,cse",
      "--print-ir",
      "after-change",
    );
    expect(err).toBe(`// after cse\n${out}\n`);
  });

  it("or after all passes", async () => {
    const { err } = await narrow(
      withRelus(),
      "opt",
      "a.mlir",
      "--pipeline",
      "canonicalize,cse,cse",
      "--print-ir",
      "after-all",
    );
    expect(err.match(/^\/\/ .*$/gm)).toEqual([
      "// after canonicalize (no change)",
      "// after cse",
      "// after cse (no change)",
    ]);
  });

  it("is nothing else", async () => {
    const folder = withRelus();
    expect(await narrow(folder, "opt", "a.mlir")).toEqual({ status: 0, out: twoRelus, err: "" });
    const { err } = await narrow(folder, "opt", "a.mlir", "--pipeline", "cse", "--no-verify-each");
    expect(err).toBe("");
  });
});

describe("--check-contracts", () => {
  it("tells how well each pass keeps its promise", async () => {
    const { status, err } = await narrow(
      withRelus(),
      "opt",
      "a.mlir",
      "--pipeline",
      "cse,canonicalize",
      "--check-contracts",
    );
    expect({ status, err }).toEqual({
      status: 0,
      err: "remark[contract]: cse keeps its promise (exact): largest relative difference 0.0e+0\n",
    });
  });

  it("gives the loss of a pass that loses", async () => {
    const folder = temporaryFolder();
    writeModel(folder);
    const { status, err } = await narrow(
      folder,
      "quantize",
      "model.mlir",
      "--type",
      "!lowp.q<i4, block = [1, *], scale = f32>",
      "-o",
      "q.mlir",
      "--check-contracts",
    );
    expect(status).toBe(0);
    expect(err).toMatch(
      /remark\[contract\]: quantize-weights keeps its promise \(lossy\(relative output difference\)\): largest relative difference \d\.\de-\d/,
    );
    expect(err).toContain(
      "remark[contract]: hoist-dequant keeps its promise (exact): largest relative difference 0.0e+0",
    );
  });

  it("says when there is nothing to run", async () => {
    const folder = temporaryFolder();
    const body =
      "  %dead = nn.relu(%x) : tensor<2xf32>\n  %w = lowp.get(@w) : tensor<2xf32>\n  return %w : tensor<2xf32>\n";
    write(
      folder,
      "a.mlir",
      `lowp.param @w : tensor<2xf32>\nfunc.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n${body}}\n`,
    );
    const { status, err } = await narrow(
      folder,
      "opt",
      "a.mlir",
      "--pipeline",
      "eliminate-dead-code",
      "--check-contracts",
    );
    expect(status).toBe(0);
    expect(err).toContain("contract not checked, as the module cannot be run: @w has no value");
  });
});

describe("a contract", () => {
  const constants = new ConstantStore({ sha256: () => "", readTensor: () => ok(new Uint8Array()) });
  const main = (body: string) =>
    `func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {\n${body}  return %y : tensor<4xf32>\n}\n`;
  const plain = parse(main("  %t = nn.exp(%x) : tensor<4xf32>\n  %y = nn.relu(%t) : tensor<4xf32>\n"));
  /** The same but for a rounding at about 2^-24. */
  const shifted = parse(
    main(
      "  %t = nn.exp(%x) : tensor<4xf32>\n  %c = nn.constant() {value = dense<1.0000001> : tensor<f32>} : tensor<f32>\n  %y = nn.mul(%t, %c) : tensor<4xf32>\n",
    ),
  );
  const wrong = parse(main("  %t = nn.neg(%x) : tensor<4xf32>\n  %y = nn.relu(%t) : tensor<4xf32>\n"));
  const check = (contract: Contract, after: Module, before = plain) =>
    checkContract({ name: "test-pass", contract }, before, after, registry, constants);

  it("of exact outputs is broken by the last bit", () => {
    const { broken, remarks } = check({ kind: "exact" }, shifted);
    expect(remarks).toEqual([]);
    expect(broken).toMatchObject([
      {
        code: "broken-contract",
        message: expect.stringMatching(
          /^pass test-pass promises exact, but @main differs by 1\.\d\de-7 \(allowed 0e\+0\)$/,
        ),
      },
    ]);
  });

  it("names the op at which the values part", () => {
    const { broken } = check({ kind: "exactInReals" }, wrong);
    expect(broken[0]?.notes).toEqual([
      { message: "the values part at %t (nn.exp) in @main", span: undefined },
    ]);
  });

  it("with a bound allows what is below it", () => {
    expect(check({ kind: "bounded", epsilon: 1e-6 }, shifted)).toMatchObject({
      broken: [],
      remarks: [{ severity: "remark" }],
    });
    expect(check({ kind: "bounded", epsilon: 1e-8 }, shifted).broken).toHaveLength(1);
  });

  it("that gives something up is never broken by it", () => {
    expect(check({ kind: "lossy", metric: "difference" }, wrong)).toMatchObject({
      broken: [],
      remarks: [{ code: "contract" }],
    });
  });

  it("is not broken by rounding when it speaks of real numbers", () => {
    const sum = (order: string) =>
      parse(
        `func.func @main(%x: tensor<4xf32>, %a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {\n${order}  return %y : tensor<4xf32>\n}\n`,
      );
    const left = sum("  %t = nn.add(%x, %a) : tensor<4xf32>\n  %y = nn.add(%t, %b) : tensor<4xf32>\n");
    const right = sum("  %t = nn.add(%a, %b) : tensor<4xf32>\n  %y = nn.add(%x, %t) : tensor<4xf32>\n");
    expect(check({ kind: "exactInReals" }, right, left).broken).toEqual([]);
  });

  it("is broken by a function that went away or cannot run any more", () => {
    const renamed = parse(main("  %y = nn.relu(%x) : tensor<4xf32>\n").replace("@main", "@other"));
    expect(check({ kind: "exact" }, renamed).broken).toHaveLength(1);
    const hollow = parse("func.func @main(tensor<4xf32>) -> tensor<4xf32>\n");
    expect(check({ kind: "exact" }, hollow).broken).toMatchObject([
      { code: "no-body", message: "after test-pass: @main is declared but not defined" },
    ]);
  });

  it("of an unchanged module needs no run", () => {
    expect(check({ kind: "exact" }, plain)).toEqual({ broken: [], remarks: [] });
  });
});

describe("a crash", () => {
  const path = join(tmpdir(), `narrow-reproducer-${process.pid}.mlir`);
  const said: string[] = [];
  const io = {
    folder: tmpdir(),
    terminal: false,
    out: () => {},
    err: (text: string) => void said.push(text),
  };

  beforeEach(() => {
    said.length = 0;
  });
  afterEach(() => {
    forgetForCrash();
    rmSync(path, { force: true });
  });

  it("leaves a file that replays it", async () => {
    rememberForCrash(parse(twoRelus), "cse,canonicalize{skip = []}", registry);
    expect(reportCrash(io, ["opt", "a.mlir"], new Error("internal error: the sky is above"))).toBe(1);
    expect(said.join("")).toBe(
      `internal error: the sky is above\nThis is a bug in narrow, not in your input.\nPlease report it with this file, which replays it: narrow opt ${path} --run-reproducer\n`,
    );
    const text = readFileSync(path, "utf8");
    expect(text).toContain('pipeline: "cse,canonicalize{skip = []}"');
    const { status, out } = await narrow(tmpdir(), "opt", path, "--run-reproducer");
    expect(status).toBe(0);
    expect(out).toContain("nn.add(%a, %a)");
  });

  it("outside of a pass asks for the command line", () => {
    expect(reportCrash(io, ["run", "a.mlir"], "no error object")).toBe(1);
    expect(said.join("")).toBe(
      "internal error: no error object\nThis is a bug in narrow, not in your input.\nPlease report it with the command line: narrow run a.mlir\n",
    );
    expect(existsSync(path)).toBe(false);
  });

  it("shows no stack", () => {
    reportCrash(io, [], new Error("x"));
    expect(said.join("")).not.toMatch(/at .*\(.*:\d+:\d+\)/);
  });
});

describe("--run-reproducer", () => {
  const reproducer = (entry: string) =>
    `${twoRelus}\n{-#\n  external_resources: {\n    mlir_reproducer: {\n      ${entry}\n    }\n  }\n#-}\n`;

  it("runs the pipeline in the file", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", reproducer('pipeline: "cse",\n      verify_each: true'));
    const { status, out, err } = await narrow(folder, "opt", "a.mlir", "--run-reproducer");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain("nn.add(%a, %a)");
  });

  it("refuses a file that records none", async () => {
    const folder = withRelus();
    const { status, err } = await narrow(folder, "opt", "a.mlir", "--run-reproducer");
    expect(status).toBe(1);
    expect(err).toMatch(
      /^error\[no-reproducer\]: a\.mlir records no pipeline\nhint: a reproducer has external_resources/,
    );
    write(folder, "b.mlir", reproducer("pipeline: true"));
    expect((await narrow(folder, "opt", "b.mlir", "--run-reproducer")).err).toContain(
      "b.mlir records no pipeline",
    );
  });

  it("reports a pipeline that is wrong, in its own text", async () => {
    const folder = temporaryFolder();
    write(folder, "a.mlir", reproducer('pipeline: "csee"'));
    const { status, err } = await narrow(folder, "opt", "a.mlir", "--run-reproducer");
    expect(status).toBe(1);
    expect(err).toContain("<pipeline>:1:1");
    expect(read(folder, "a.mlir")).toContain("csee");
  });
});

function parse(text: string): Module {
  const parsed = parseModule(text, "test.mlir", registry);
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join("\n"));
  return parsed.value;
}
