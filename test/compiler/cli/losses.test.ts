import { describe, expect, it } from "vitest";
import { checkProblem } from "../../../compiler/allocation/check-problem.ts";
import { text, writeSmallModel } from "../../runtime/calibration/small-model.ts";
import { narrow, read, temporaryFolder, write } from "./command-line.ts";

const types = [2, 8].map((bits) => `!lowp.q<i${bits}, block = [1, *], scale = f32>`).join(", ");
const allocate = (sensitivity: string, bits: number) =>
  `allocate-bits{types=[${types}] bits=${bits} sensitivity=${sensitivity}}`;

async function prepared(): Promise<string> {
  const folder = temporaryFolder();
  await writeSmallModel(folder);
  write(folder, "text.txt", text);
  return folder;
}
const opt = (folder: string, pipeline: string, ...rest: readonly string[]) =>
  narrow(folder, "opt", "dense.mlir", "--pipeline", pipeline, ...rest);
const data = ["--calibration", "text.txt"];
const kept = ["--losses", "losses.jsonl"];
const linesOf = (folder: string): readonly string[] => read(folder, "losses.jsonl").trimEnd().split("\n");

describe("narrow opt --problem", () => {
  const posed = (folder: string, pipeline: string) =>
    opt(folder, pipeline, ...data, "--problem", "problem.json");

  it("writes what allocate-bits had to decide, items, pairs and budgets", async () => {
    const folder = await prepared();
    const pipeline = `allocate-bits{types=[${types}] bits=9 sensitivity=divergence interactions=neighbours}`;
    expect((await posed(folder, pipeline)).status).toBe(0);
    const problem = checkProblem(JSON.parse(read(folder, "problem.json")));
    expect(problem).toMatchObject({
      ok: true,
      value: {
        items: ["up", "gate", "down", "head"].map((id) => ({ id, choices: [{}, {}] })),
        budgets: { bytes: 1829 },
      },
    });
    expect(problem.ok && problem.value.pairs).toHaveLength(12);
  });

  it.each([
    ["quantize-weights{type=!lowp.q<i4, block = [1, *], scale = f32> solver=gptq}", "problem-missing"],
    [`${allocate("hessian", 9)},${allocate("hessian", 8)}`, "problem-twice"],
  ])("refuses %s with %s", async (pipeline, code) => {
    const { status, err } = await posed(await prepared(), pipeline);
    expect(status).toBe(1);
    expect(err).toContain(`error[${code}]`);
  });
});

describe("narrow opt --losses", () => {
  it("measures each weight in each type once, whatever the budget and of whatever is read off the run", async () => {
    const folder = await prepared();
    const first = await opt(folder, allocate("divergence", 8), ...data, ...kept);
    expect(first.status, first.err).toBe(0);
    expect(first.out).toContain("allocated = !lowp.q<i8");
    expect(first.out).toContain("allocated = !lowp.q<i2");
    const lines = linesOf(folder);
    expect(lines).toHaveLength(8);
    expect(new Set(lines.map((line) => (JSON.parse(line) as { key: string }).key)).size).toBe(8);
    expect(await opt(folder, allocate("divergence", 8), ...data, ...kept)).toEqual(first);
    await opt(folder, allocate("loss", 9), ...data, ...kept);
    expect(linesOf(folder)).toEqual(lines);
    await opt(folder, allocate("loss", 9), ...data, "--calibration-windows", "2", ...kept);
    expect(linesOf(folder)).toHaveLength(16);
  });

  it("keeps what each backend measures apart; both choose alike", async () => {
    const folder = await prepared();
    const interpreted = await opt(folder, allocate("divergence", 8), ...data, ...kept);
    const compiled = await opt(folder, allocate("divergence", 8), ...data, ...kept, "--backend", "js");
    expect(compiled.status, compiled.err).toBe(0);
    expect(compiled.out).toBe(interpreted.out);
    const lines = linesOf(folder).map((line) => JSON.parse(line) as { key: string; divergence: number });
    expect(new Set(lines.map(({ key }) => key)).size).toBe(16);
    for (const [i, { divergence }] of lines.slice(8).entries())
      expect(Math.abs(divergence - lines[i]!.divergence)).toBeLessThan(1e-6 + 1e-3 * lines[i]!.divergence);
  });

  it("goes on after a run that was killed in the middle of a line", async () => {
    const folder = await prepared();
    const whole = await opt(folder, allocate("divergence", 8), ...data, ...kept);
    const lines = linesOf(folder);
    write(folder, "losses.jsonl", `${lines.slice(0, 3).join("\n")}\n${lines[3]!.slice(0, 20)}`);
    const again = await opt(folder, allocate("divergence", 8), ...data, ...kept);
    expect(again).toEqual(whole);
    expect(linesOf(folder)).toEqual([...lines.slice(0, 3), lines[3]!.slice(0, 20), ...lines.slice(3)]);
    expect((await opt(folder, allocate("divergence", 8), ...data, ...kept)).out).toBe(whole.out);
  });

  it.each([
    [allocate("hessian", 9), [...data, ...kept], "losses-unused"],
    [allocate("hessian", 9), [...data, "--backend", "js"], "backend-unused"],
    [allocate("divergence", 9), kept, "calibration-missing"],
    [allocate("divergence", 9), ["--backend", "js"], "calibration-missing"],
    [allocate("divergence", 9), [...data, "--losses", "text.txt"], "loss-file"],
    [allocate("divergence", 9), [...data, "--losses", "nowhere/losses.jsonl"], "write-folder"],
  ])("%s with %s ends with %s", async (pipeline, rest, code) => {
    const { status, err } = await opt(await prepared(), pipeline, ...rest);
    expect(status).toBe(1);
    expect(err).toContain(`error[${code}]`);
  });

  it("refuses statistics alone for losses", async () => {
    const folder = await prepared();
    await narrow(folder, "calibrate", "dense.mlir", "--text", "text.txt", "-o", "seen.safetensors");
    const { err } = await opt(folder, allocate("divergence", 9), "--calibration", "seen.safetensors");
    expect(err).toContain("error[loss-missing]: sensitivity divergence runs the program on data");
  });
});
