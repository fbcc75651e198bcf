import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../compiler/cli/main.ts";
import { temporaryFolder } from "../compiler/import/files.ts";

const example = join(import.meta.dirname, "../../examples/tiny-llama");

describe("a solver that looks at the inputs", () => {
  const folder = temporaryFolder();

  async function quantize(...rest: readonly string[]) {
    const err: string[] = [];
    const io = {
      folder,
      terminal: false,
      out: () => {},
      err: (text: string) => void err.push(text),
    };
    const type = "!lowp.q<i3, block = [1, 32], scale = f16>";
    const output = ["-o", "out.mlir"];
    const status = await runCli(
      ["quantize", join(example, "model.mlir"), "--type", type, ...output, ...rest],
      io,
    );
    return { status, err: err.join("") };
  }
  const calibration = ["--calibration", join(example, "calib_text.txt"), "--calibration-windows", "2"];
  const oneLayer = ["--only", "layers.0.self_attn.*"];

  it("says in the module what it was and what it saw", async () => {
    const { status } = await quantize(...oneLayer, ...calibration, "--solver", "gptq<order = activation>");
    expect(status).toBe(0);
    const text = readFileSync(join(folder, "out.mlir"), "utf8");
    expect(text).toMatch(
      /@layers\.0\.self_attn\.q_proj : .*prov = \{algo = "gptq", pass = "quantize-weights", options = \{order = activation\}, calibration = "[0-9a-f]{64}"\}/,
    );
  });

  it("gives the same bytes every time", async () => {
    await quantize(...oneLayer, ...calibration, "--solver", "gptq");
    const first = readFileSync(join(folder, "out.safetensors"));
    await quantize(...oneLayer, ...calibration, "--solver", "gptq");
    expect(readFileSync(join(folder, "out.safetensors")).equals(first)).toBe(true);
  });

  it("may look at them only where its options say so", async () => {
    const codebook = ["--type", "!lowp.q<!lowp.table<2, 1, f16, per = row>, block = [*, *], scale = f32>"];
    const sensitive = "codebook<sensitivity = activation>";
    const asked = await quantize(...oneLayer, ...codebook, ...calibration, "--solver", sensitive);
    expect(asked.status).toBe(0);
    expect(readFileSync(join(folder, "out.mlir"), "utf8")).toMatch(
      /@layers\.0\.self_attn\.q_proj : .*prov = \{algo = "codebook", pass = "quantize-weights", options = \{sensitivity = activation\}, calibration = "[0-9a-f]{64}"\}/,
    );
    const blind = await quantize(...oneLayer, ...codebook, "--solver", sensitive);
    expect(blind.err).toContain("error[calibration-missing]: solver codebook needs to know the inputs");
    const idle = await quantize(...oneLayer, ...codebook, ...calibration, "--solver", "codebook");
    expect(idle.err).toContain("error[calibration-unused]");
  });

  it("is refused without a calibration text", async () => {
    const { status, err } = await quantize(...oneLayer, "--solver", "gptq");
    expect(status).toBe(1);
    expect(err).toContain("error[calibration-missing]: solver gptq needs to know the inputs");
  });

  it("is missed when a calibration text is given for nothing", async () => {
    const { status, err } = await quantize(...oneLayer, ...calibration);
    expect(status).toBe(1);
    expect(err).toContain("error[calibration-unused]");
  });

  it("is refused a text shorter than a window", async () => {
    const { status, err } = await quantize(
      ...oneLayer,
      "--calibration",
      join(example, "greedy.txt"),
      "--solver",
      "gptq",
    );
    expect(status).toBe(1);
    expect(err).toContain("error[text-too-short]");
  });
});
