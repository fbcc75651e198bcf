import { describe, expect, it } from "vitest";
import type { PassContext } from "../../../../compiler/define/pass.ts";
import { ok } from "../../../../compiler/diagnostics/diagnostic.ts";
import { walk } from "../../../../compiler/ir/module.ts";
import { topK, weightInformedTopK } from "../../../../dialects/sparse/ops.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { gaussianTensor } from "../../lowp/generate.ts";
import { COLUMNS, codesOf, NAMES, network, type Outcome, ROWS, runOn } from "./pruned-network.ts";

/** All inputs are Gaussian, but those of `d` have one loud channel, so that little is lost with the others. */
const calibration: PassContext["calibration"] = {
  sha256: "",
  statistics: (_module, symbols) =>
    ok(
      new Map(
        symbols.map((symbol) => {
          const { shape, data } = gaussianTensor([32, COLUMNS], 5);
          const loud = data.map((x, at) => (symbol === "d" && at % COLUMNS === 3 ? 100 * x : x));
          return [symbol, { count: 32, sample: { shape, data: loud } }];
        }),
      ),
    ),
};

const sparsify = (options: string) => `sparsify-activations{shares=greedy ${options}}`;

/** Inputs that are kept, in the order of the ops. */
const countsIn = ({ result }: Outcome): readonly number[] =>
  walk(expectValue(result)).flatMap((op) =>
    topK.is(op) || weightInformedTopK.is(op) ? [op.attributes.k] : [],
  );

describe("sparsify-activations by greedy shares", () => {
  it.each(["weight", "magnitude"])(
    "drops most where least is lost, and no more than asked for, by %s",
    async (score) => {
      const outcome = await runOn(
        network([1, 1, 1, 1]),
        sparsify(`sparsity=0.5 score=${score}`),
        calibration,
      );
      const counts = countsIn(outcome);
      expect(counts).toHaveLength(4);
      const dropped = counts.map((count, i) => ROWS[NAMES[i]!] * (COLUMNS - count));
      expect(counts[3]).toBe(1);
      expect(Math.min(...counts.slice(0, 3))).toBeGreaterThan(3);
      // One column more than half of the 224 numbers at most.
      const total = dropped.reduce((sum, each) => sum + each, 0);
      expect(total).toBeGreaterThanOrEqual(112);
      expect(total).toBeLessThan(120);
      expect(outcome.remarks[0]).toContain(
        `4 weights meet ${((100 * total) / 224).toFixed(2)} % zeros on average`,
      );
      expect(outcome.remarks[4]).toBe("@d: 1 of 8 inputs, 87.50 % zero");
    },
  );

  it("leaves ops alone that are to keep all inputs", async () => {
    const outcome = await runOn(network([1, 1, 1, 1]), sparsify("sparsity=0.2"), calibration);
    expect(countsIn(outcome).length).toBeLessThan(4);
    expect(countsIn(outcome).every((count) => count < COLUMNS)).toBe(true);
  });

  it("asks for a sample of the inputs", async () => {
    expect(codesOf(await runOn(network([1, 1, 1, 1]), sparsify("")))).toEqual(["calibration-missing"]);
    const ranges: PassContext["calibration"] = {
      sha256: "",
      statistics: (_module, symbols) => ok(new Map(symbols.map((symbol) => [symbol, { count: 1 }]))),
    };
    expect(codesOf(await runOn(network([1, 1, 1, 1]), sparsify(""), ranges))).toEqual(["statistics-missing"]);
  });

  it("refuses to leave less than every op needs, and outputs that are not finite", async () => {
    const run = (text: string, options: string) => runOn(text, sparsify(options), calibration);
    expect(codesOf(await run(network([1, 1, 1, 1]), "sparsity=0.9"))).toEqual(["sparsity"]);
    const infinite = network([1, 1, 1, 1]).replace(/@o : (.*?)dense<\[\[[^,]*/, "@o : $1dense<[[0x7F800000");
    expect((await run(infinite, "")).result).toMatchObject({
      diagnostics: [{ code: "not-finite", message: expect.stringContaining("@o: its outputs") }],
    });
  });
});
