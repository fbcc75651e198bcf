import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { AllocationProblem } from "../../../compiler/allocation/problem.ts";
import { narrow, read, temporaryFolder, write } from "./command-line.ts";

const example = join(import.meta.dirname, "../../../examples/allocation/resnet18.json");

const small: AllocationProblem = {
  items: [
    {
      id: "embed",
      choices: [
        { id: "w4", loss: 0.5, cost: { bytes: 400, cycles: 10 } },
        { id: "w8", loss: 0.125, cost: { bytes: 800, cycles: 20 } },
      ],
    },
    {
      id: "head",
      choices: [
        { id: "w4", loss: 3, cost: { bytes: 100, cycles: 10 } },
        { id: "w8", loss: 1, cost: { bytes: 200, cycles: 15 } },
      ],
    },
  ],
  budgets: { bytes: 900 },
};

/** Runs `allocate` on a problem in a folder of its own. */
async function allocate(problem: unknown, ...options: readonly string[]) {
  const folder = temporaryFolder();
  write(folder, "problem.json", typeof problem === "string" ? problem : JSON.stringify(problem));
  return { folder, ...(await narrow(folder, "allocate", "problem.json", ...options)) };
}

describe("narrow allocate", () => {
  test("prints choices, budgets and proof", async () => {
    const { status, out, err } = await allocate(small);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatchInlineSnapshot(`
      "item   choice  loss  bytes  cycles
      embed  w4       0.5    400      10
      head   w8         1    200      15

      metric  total  budget     used      price
      bytes     600     900  66.67 %  0.0009375
      cycles     25       –        –          –

      solver  ilp
      loss    1.5
      bound   1.5
      gap     0 %
      proof   optimal
      "
    `);
  });

  test("solves the example of ResNet-18 as it is known to be best", async () => {
    const folder = temporaryFolder();
    cpSync(example, join(folder, "resnet18.json"));
    const { status, out } = await narrow(folder, "allocate", "resnet18.json", "--json");
    const result = JSON.parse(out);
    expect(status).toBe(0);
    expect(result).toMatchObject({ solver: "ilp", proof: "optimal", gap: 0, loss: 0.074505929638 });
    expect(Object.values(result.choices).join("").replaceAll("w", "")).toBe("8888888888888884844");
  });

  test("takes budgets of the command line before those of the file, and drops some", async () => {
    const { out } = await allocate(small, "--budget", "cycles=25", "--budget", "bytes=none", "--json");
    expect(JSON.parse(out)).toMatchObject({
      choices: { embed: "w4", head: "w8" },
      costs: { cycles: 25, bytes: 600 },
    });
  });

  test("sweeps a budget into a table, a file and a picture", async () => {
    const options = ["--sweep", "bytes=400:1000:4", "-o", "front.json", "--plot", "front.svg"];
    const { folder, status, out, err } = await allocate(small, ...options);
    expect({ status, err }).toEqual({ status: 0, err: "wrote front.json\nwrote front.svg\n" });
    expect(out).toMatchInlineSnapshot(`
      "budget of bytes  total   loss  gap  proof
                  400      –      –    –  infeasible
                  600    600    1.5  0 %  optimal
                  800    600    1.5  0 %  optimal
                 1000   1000  1.125  0 %  optimal
      "
    `);
    const points = JSON.parse(read(folder, "front.json")).points;
    expect(points.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "infeasible",
      "solution",
      "solution",
      "solution",
    ]);
    expect(read(folder, "front.svg")).toMatch(/^<svg role="img" aria-label="Loss by the budget of bytes/);
  });

  test("solves a large problem on a thread, with the result of solving it here", async () => {
    const items = Array.from({ length: 300 }, (_, i) => ({
      id: `layer${i}`,
      choices: [2, 4, 8].map((bits) => ({
        id: `w${bits}`,
        loss: ((i * 37) % 101) / 2 ** bits,
        cost: { bytes: bits * (1 + (i % 5)) },
      })),
    }));
    const problem = { items, budgets: { bytes: 4000 } };
    const { status, out } = await allocate(problem, "--json");
    expect(status).toBe(0);
    const dp = await allocate(problem, "--json", "--solver", "dp");
    expect(JSON.parse(out)).toMatchObject({ proof: "optimal", choices: JSON.parse(dp.out).choices });
  });

  test.each([
    ["an impossible budget", small, ["--budget", "bytes=350"]],
    ["two budgets that are impossible together", conflicting(), []],
    ["faults of the problem", { ...small, budgets: { byte: 1 }, ties: [["embed", "haed"]] }, []],
    [
      "an unknown solver, and options without effect",
      small,
      ["--solver", "gredy", "--seed", "1", "--time-limit", "9", "--plot", "x.svg"],
    ],
    ["budgets that are none", small, ["--budget", "bytes", "--budget", "cycles=-1", "--sweep", "bytes=1:2"]],
    [
      "a budget given twice, and one dropped that is not there",
      small,
      ["--budget", "bytes=1", "--budget", "bytes=2", "--budget", "cycles=none"],
    ],
    ["a problem that the solver does not take", small, ["--solver", "dp", "--budget", "cycles=30"]],
    ["a sweep without a solution", small, ["--sweep", "bytes=1:2:2"]],
  ])("explains %s", async (_name, problem, options) => {
    const { status, out, err } = await allocate(problem, ...options);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatchSnapshot();
  });

  test("says that a file is no JSON", async () => {
    const { status, err } = await allocate("{items");
    expect(status).toBe(1);
    expect(err).toContain("error[allocation-json]: problem.json is no JSON: ");
  });

  test("says that a file is missing", async () => {
    const { status, err } = await narrow(temporaryFolder(), "allocate", "none.json");
    expect(status).toBe(1);
    expect(err).toContain("none.json");
  });
});

function conflicting(): AllocationProblem {
  const choices = [
    { id: "small", loss: 1, cost: { bytes: 1, cycles: 5 } },
    { id: "fast", loss: 1, cost: { bytes: 5, cycles: 1 } },
  ];
  return {
    items: ["embed", "head"].map((id) => ({ id, choices })),
    budgets: { bytes: 5, cycles: 5 },
  };
}
