import { expect, it } from "vitest";
import { type Literal, word } from "../../../../compiler/ir/attributes.ts";
import { bindSolver, solverChoice } from "../../../../dialects/lowp/passes/solver-choice.ts";
import { lowpSolvers } from "../../../../dialects/lowp/solvers/index.ts";

it("records a solver among the options with the options it was given", () => {
  const entry = (key: string, value: Literal): Literal => ({ kind: "entry", key, value });
  const inner: Literal = { kind: "apply", head: word("gptq"), items: [entry("scales", word("mse"))] };
  const choice = solverChoice.decode({
    kind: "apply",
    head: word("alternate-low-rank"),
    items: [entry("solver", inner), entry("metric", word("output"))],
  })!;
  const bound = bindSolver(choice, { solvers: lowpSolvers });
  expect(bound.ok && bound.value.given).toEqual({
    solver: {
      kind: "dictionary",
      entries: {
        algo: { kind: "string", value: "gptq" },
        options: { kind: "dictionary", entries: { scales: word("mse") } },
      },
    },
    metric: word("output"),
  });
});
