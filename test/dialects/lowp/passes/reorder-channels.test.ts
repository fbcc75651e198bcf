import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { type Module, walk } from "../../../../compiler/ir/module.ts";
import type { FloatData, FloatTensor } from "../../../../compiler/numeric/tensor.ts";
import { printModule } from "../../../../compiler/text/print.ts";
import { param } from "../../../../dialects/lowp/ops.ts";
import { readValue } from "../../../../dialects/lowp/passes/read-value.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { narrow, repository } from "../../../end-to-end/narrow.ts";
import { networkPlan, networkText } from "./random-network.ts";
import { moduleOf, transform } from "./transforming.ts";

fc.configureGlobal({ seed: 1 });

const objectives = [
  "objective=outlier-grouping block=2",
  "objective=outlier-grouping block=1",
  "objective=retained-magnitude pattern=1:2 escapes=1",
] as const;

const outputs = (module: Module, store: ConstantStore): ArrayLike<number> => {
  const tokens = { shape: [4], data: Int32Array.of(3, 0, 5, 2) };
  const [logits] = expectValue(
    new Interpreter(module, registry, store, { precision: "f64" }).run("main", [tokens]),
  );
  return logits!.data as Float64Array;
};

/** Largest difference over the largest magnitude. */
function difference(wanted: ArrayLike<number>, found: ArrayLike<number>): number {
  const all = Array.from(wanted);
  const largest = Math.max(...all.map(Math.abs));
  return Math.max(...all.map((value, at) => Math.abs(value - found[at]!))) / largest;
}

/** The numbers of every parameter by name. */
const numbersOf = (module: Module, store: ConstantStore): ReadonlyMap<string, FloatData> =>
  new Map(
    walk(module).flatMap((op) => {
      if (!param.is(op)) return [];
      const value = expectValue(readValue(op, module, { constants: store }));
      return [[op.attributes.sym_name, (value as FloatTensor).data] as const];
    }),
  );

const opNames = (module: Module): readonly string[] =>
  walk(module).flatMap(({ name }) => (name === "lowp.param" ? [] : [name]));

describe("reordering the channels of a network", () => {
  it("changes no output in the reals, and adds no op", async () => {
    await fc.assert(
      fc.asyncProperty(networkPlan, fc.constantFrom(...objectives), async (plan, options) => {
        const text = networkText(plan);
        const { result, store } = await transform(text, `reorder-channels{${options}}`, {});
        const before = moduleOf(text);
        if (!result.ok) {
          expect(result.diagnostics[0]?.code).toBe("nothing-to-reorder");
          return;
        }
        expect(difference(outputs(before, store), outputs(result.value, store))).toBeLessThan(1e-12);
        expect(opNames(result.value)).toEqual(opNames(before));
      }),
      { numRuns: 25 },
    );
  });

  it("is undone by the natural order, bit for bit, however often it was done", async () => {
    await fc.assert(
      fc.asyncProperty(networkPlan, fc.constantFrom(...objectives), async (plan, options) => {
        const text = networkText(plan);
        const pipeline = `reorder-channels{${options}},reorder-channels{objective=outlier-grouping block=3}`;
        const { result, store } = await transform(
          text,
          `${pipeline},reorder-channels{objective=natural}`,
          {},
        );
        if (!result.ok) {
          expect(result.diagnostics[0]?.code).toBe("nothing-to-reorder");
          return;
        }
        const before = numbersOf(moduleOf(text), store);
        expect(numbersOf(result.value, store)).toEqual(before);
        expect(printModule(result.value, registry)).not.toContain("prov");
      }),
      { numRuns: 12 },
    );
  });

  it("keeps the program of a trained model as it was but for the bytes of its weights", async () => {
    const file = "examples/tiny-llama/model.mlir";
    const options = 'objective=outlier-grouping only=["*.down_proj"]';
    const after = await narrow("opt", file, "--pipeline", `reorder-channels{${options}}`);
    const functions = (text: string): string => text.slice(text.indexOf("  func.func"), text.indexOf("{-#"));
    expect(functions(after)).toBe(functions(readFileSync(join(repository, file), "utf8")));
    expect(after.match(/lowp\.param @layers\.\d\.mlp\.down_proj\.order/g)).toHaveLength(4);
  });
});
