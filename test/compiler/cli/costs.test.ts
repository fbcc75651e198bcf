import { beforeEach, describe, expect, it } from "vitest";
import { writeSmallModel } from "../../runtime/calibration/small-model.ts";
import { narrow, temporaryFolder, write } from "./command-line.ts";

const [W2, W4, W8] = [2, 4, 8].map((bits) => `!lowp.q<i${bits}, block = [1, *], scale = f32>`);
const line = (weight: string, type: string | undefined, cycles: unknown, energy: unknown = 1) => ({
  weight,
  type,
  cycles,
  energy,
});
/** A target that is as fast in 2 bits as in 8, but for the head. */
const table = {
  metrics: ["cycles", "energy"],
  costs: [
    line("head", W8, 800, 8),
    line("head", "!lowp.q<i2, block=[1,*], scale=f32>", 200, 2),
    line("*", W2, 10, 2),
    line("*", W8, 10, 8),
  ],
};

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  await writeSmallModel(folder);
});
const allocate = (costs: unknown, options: string, types = [W2, W8]) => {
  write(folder, "costs.json", typeof costs === "string" ? costs : JSON.stringify(costs));
  const pipeline = `allocate-bits{types=[${types.join(", ")}] ${options}}`;
  return narrow(folder, "opt", "dense.mlir", "--costs", "costs.json", "--pipeline", pipeline);
};
const bitsIn = (out: string) =>
  Object.fromEntries(
    [...out.matchAll(/@(\w+) : .*allocated = !lowp.q<i(\d)/g)].map(([, name, bits]) => [name, Number(bits)]),
  );

describe("narrow opt --costs", () => {
  it("keeps within a budget of the target, whatever the size", async () => {
    const { out, err } = await allocate(table, "budgets={cycles = 300}");
    expect(bitsIn(out)).toEqual({ up: 8, gate: 8, down: 8, head: 2 });
    expect(err).toContain("230 of 300 cycles");
  });

  it("keeps within several budgets at once", async () => {
    const { out } = await allocate(table, "bytes=10000 budgets={cycles = 900, energy = 20}");
    expect(bitsIn(out).head).toBe(8);
    // Energy 8 for the head and 12 for the rest leave one more of them in 8 bits.
    expect(Object.values(bitsIn(out)).filter((bits) => bits === 8)).toHaveLength(2);
    const small = await allocate(table, "bytes=1600 budgets={cycles = 900, energy = 20}");
    expect(bitsIn(small.out).head).toBe(2);
  });

  it.each([
    ["budgets={cylces = 3}", "unknown-metric"],
    ["bits=9", "costs-unused"],
    ["budgets={cycles = 200}", "budget-infeasible"],
  ])("refuses {%s} with %s", async (options, code) => {
    const { status, err } = await allocate(table, options);
    expect(status).toBe(1);
    expect(err).toContain(`error[${code}]`);
  });

  it("says which cost is missing", async () => {
    const { err } = await allocate({ ...table, costs: table.costs.slice(2, 3) }, "budgets={cycles = 300}", [
      W4,
    ]);
    expect(err).toContain(`error[cost-missing]: costs.json does not say what @up costs in ${W4}`);
  });

  it("complains about costs that no pass looks at", async () => {
    write(folder, "costs.json", JSON.stringify(table));
    const { err } = await narrow(folder, "opt", "dense.mlir", "--costs", "costs.json", "--pipeline", "cse");
    expect(err).toContain("error[costs-unused]: nothing looked at the costs of costs.json");
  });

  it("tells all faults of a table, with their places", async () => {
    const { err } = await allocate(
      {
        metrics: ["cycles", "bytes"],
        costs: [line("a", "i4<", 1), { ...line("b", W2, -1), energy: undefined }, 3, line("c", W2, 1)],
      },
      "bits=9",
    );
    expect(err.match(/error\[cost-table\]: .*/g)).toEqual([
      "error[cost-table]: costs.json: metrics names bytes, which follow from the type",
      'error[cost-table]: costs.json: costs[0] has no type: "i4<" cannot be read as one',
      "error[cost-table]: costs.json: costs[1] has no cycles, a number of at least 0",
      "error[cost-table]: costs.json: costs[2] is no object",
      "error[cost-table]: costs.json: costs[3] has no bytes, a number of at least 0",
    ]);
    expect((await allocate("[", "bits=9")).err).toContain("costs.json: the file is no JSON object");
  });
});
