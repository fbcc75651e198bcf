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
import { type NetworkPlan, networkPlan, networkText } from "./random-network.ts";
import { moduleOf, transform } from "./transforming.ts";

fc.configureGlobal({ seed: 1 });

const plainPlan: NetworkPlan = {
  width: 4,
  inner: 4,
  groups: 1,
  headsPerGroup: 1,
  headWidth: 2,
  blocks: 1,
  norm: "none",
  gated: false,
  biased: false,
  tied: false,
  attends: false,
  rope: "none",
  seed: 1,
};

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

  const two = networkText({ ...plainPlan, seed: 3 });
  const down = 'only=["b0.down"]';
  const orderOf = (module: Module, store: ConstantStore, name: string): readonly number[] =>
    Array.from(numbersOf(module, store).get(name)!);

  it("lays columns down in the order in which GPTQ rounds them", async () => {
    const diagonal = [3, 1, 4, 2];
    const secondMoment = Float64Array.from({ length: 16 }, (_, at) => (at % 5 === 0 ? diagonal[at / 5]! : 0));
    const { result, store } = await transform(two, `reorder-channels{objective=act-order ${down}}`, {
      secondMoment,
    });
    expect(orderOf(expectValue(result), store, "b0.down.order")).toEqual([2, 0, 3, 1]);
  });

  it("puts outliers in front, whose block may then have a type of its own", async () => {
    const types = [8, 4].map((bits) => `(2 : !lowp.q<i${bits}, block = [1, *], scale = f32>)`).join(", ");
    const rounding = `quantize-activations{type=!lowp.split<1, [${types}]> ${down}}`;
    const { result, store, remarks } = await transform(
      two.replaceAll("f64", "f32"),
      `reorder-channels{objective=outlier-blocks block=2 ${down}},${rounding}`,
      { absoluteMaximum: Float64Array.of(1, 2, 1, 50) },
    );
    expect(orderOf(expectValue(result), store, "b0.down.order")).toEqual([1, 3, 0, 2]);
    expect(remarks[0]).toContain("1 outliers in 1 instead of 1 of 2 blocks");
    expect(printModule(expectValue(result), registry)).toContain("x4x!lowp.split<1, [(2:!lowp.q<i8");
  });

  it("weighs what is lost by the inverse of the second moment", async () => {
    // Inputs 0 and 1 are alike, so that either makes up for the other.
    const secondMoment = Float64Array.of(1, 0.99, 0, 0, 0.99, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    const options = `objective=retained-magnitude pattern=1:2 ${down}`;
    const run = (saliency: string) =>
      transform(two, `reorder-channels{${options} saliency=${saliency}}`, { secondMoment });
    const [plain, weighed] = [await run("magnitude"), await run("obs")];
    expect(weighed.remarks[0]).not.toBe(plain.remarks[0]);
    expect(
      difference(outputs(moduleOf(two), weighed.store), outputs(expectValue(weighed.result), weighed.store)),
    ).toBeLessThan(1e-12);
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
