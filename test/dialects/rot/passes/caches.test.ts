import { expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import { axisEncodingOf } from "../../../../compiler/ir/axis-encoding.ts";
import type { ConstantStore } from "../../../../compiler/ir/constants.ts";
import { type Module, valueAt, walk } from "../../../../compiler/ir/module.ts";
import type { Tensor } from "../../../../compiler/numeric/tensor.ts";
import { verify } from "../../../../compiler/verify/verify.ts";
import { append, attention } from "../../../../dialects/kv/ops.ts";
import { frameAt } from "../../../../dialects/rot/frames.ts";
import { relativeDifference } from "../../../../runtime/interpreter/contracts.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { transform } from "../../lowp/passes/transforming.ts";
import { llama } from "./llama.ts";

// Longer than the window, so that most of what attention reads is rounded.
const tokens: Tensor = { shape: [23], data: Int32Array.from({ length: 23 }, (_, at) => (at * at + 3) % 6) };
const text = llama({ element: "f32" });

const logits = (module: Module, store: ConstantStore): Tensor =>
  expectValue(new Interpreter(module, registry, store, { precision: "f64" }).run("main", [tokens]))[0]!;

async function after(pipeline: string): Promise<{ readonly module: Module; readonly output: Tensor }> {
  const { result, store } = await transform(text, pipeline, {});
  const module = expectValue(result);
  return { module, output: logits(module, store) };
}

/** As KIVI holds caches, in blocks that fit the few channels here. */
const cachesOf = (bits: number): string => {
  const type = (block: string) =>
    `!lowp.q<ui${bits}, block = ${block}, scale = f16, shift = f16, tail = short>`;
  return `quantize-kv{keys=${type("[4, 1, 1]")} values=${type("[1, 1, 4]")} window=4 tail=f16}`;
};
const rotations = {
  r2: "rotate{r2 = true},fuse-rotations",
  r3: "rotate{r3 = true}",
  "r2 and r3": "rotate{r2 = true, r3 = true, seed = 2},fuse-rotations",
  "all four": "fold-norms,rotate{r1 = true, r2 = true, r3 = true, r4 = true},fuse-rotations",
};

test.each(Object.entries(rotations))(
  "behind %s caches are rounded in their basis, and read as codes to the same end",
  async (_, rotation) => {
    const rounded = await after(`${rotation},${cachesOf(4)}`);
    const onCodes = await after(`${rotation},${cachesOf(4)},fold-cache-scales`);
    // Measured: 3e-16 to 1e-15 between the two ways of reading, as scales are multiplied in another order.
    expect(relativeDifference(rounded.output, onCodes.output)).toBeLessThan(1e-13);
    const reads = walk(onCodes.module).filter((op) => attention.is(op));
    expect(reads.map((op) => attention.is(op) && op.attributes.on_codes)).toEqual(["both", "both"]);
    expect(verify(onCodes.module, registry)).toEqual([]);
  },
);

test("rounding costs no more behind rotations than the step of four bits, and less with more of them", async () => {
  const plain = await after("cse");
  const [four, eight] = [
    await after(`${rotations["r2 and r3"]},${cachesOf(4)}`),
    await after(`${rotations["r2 and r3"]},${cachesOf(8)}`),
  ];
  const far = (other: { readonly output: Tensor }) => relativeDifference(plain.output, other.output);
  expect(far(four)).toBeLessThan(0.2);
  expect(far(eight)).toBeLessThan(far(four) / 4);
  expect(far(eight)).toBeGreaterThan(1e-6);
});

test("rings are in the frames of what is added to them", async () => {
  const { module } = await after(`${rotations["r2 and r3"]},${cachesOf(4)}`);
  const frames = walk(module).flatMap((op) => {
    if (!append.is(op)) return [];
    return [op.operands.cache, op.operands.entries, op.results.output].map((value) => {
      const { type } = valueAt(module, value);
      return type.kind === "tensor" && axisEncodingOf(type.encoding) ? frameAt(type, 2) : undefined;
    });
  });
  expect(new Set(frames.slice(0, 3))).toEqual(new Set(["r3"]));
  expect(new Set(frames.slice(3, 6))).toEqual(new Set(["r2"]));
  expect(frames).toHaveLength(12);
});

test("caches that are rounded as they are read are, in the basis they are kept in", async () => {
  const type = "!lowp.q<i8<-127:127>, block = [1, 1, *], scale = f32>";
  const { module, output } = await after(
    `${rotations["r2 and r3"]},quantize-kv{keys=${type} values=${type} storage=float}`,
  );
  const plain = await after("cse");
  // Measured: 0.016, and 0.0007 with twelve bits.
  expect(relativeDifference(plain.output, output)).toBeLessThan(0.05);
  expect(walk(module).some((op) => append.is(op))).toBe(false);
  expect(verify(module, registry)).toEqual([]);
});

test("caches that are rounded already are not rotated", async () => {
  for (const what of ["r2", "r3"]) {
    const { result } = await transform(text, `${cachesOf(4)},rotate{${what} = true}`, {});
    const [problem] = result.ok ? [] : result.diagnostics;
    expect(problem?.message).toContain("its numbers are in a lowp type already");
    expect(problem?.hint).toBe("rotate before quantizing");
  }
});
