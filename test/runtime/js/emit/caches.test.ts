import { describe, expect, test } from "vitest";
import { registry } from "../../../../compiler/cli/toolchain.ts";
import type { RuntimeValue } from "../../../../compiler/define/kernel.ts";
import type { Tensor } from "../../../../compiler/numeric/tensor.ts";
import { Interpreter } from "../../../../runtime/interpreter/interpreter.ts";
import { JsExecutable } from "../../../../runtime/js/executable.ts";
import { expectValue } from "../../../compiler/import/files.ts";
import { subjectOf } from "../../../random/try-pipeline.ts";
import { normalFloats } from "../kernels/float-samples.ts";
import { numbersOf } from "../kernels/lowp-values.ts";

const [HEADS, GROUPS, WIDTH] = [4, 2, 8];
/** The least 2-bit cache of KIVI, and what else types can say. */
const kiviKeys =
  "!lowp.ring<!lowp.q<ui2, block = [4, 1, 1], scale = f16, shift = f16, tail = short>, f16, 8, 0>";
const kiviValues =
  "!lowp.ring<!lowp.q<ui2, block = [1, 1, 4], scale = f16, shift = f16, tail = short>, f16, 5, 0>";
const byToken = "!lowp.ring<!lowp.q<ui8, block = [1, 1, *], scale = f16, zero = ui8>, f32, 0, 0>";
const symmetric = "!lowp.ring<!lowp.q<i8, block = [3, 1, 1], scale = f32>, bf16, 0, 0>";
const wide = "!lowp.ring<!lowp.q<i14, block = [1, 1, 4], scale = bf16>, f8E4M3FN, 40, 0>";
const zeros = "!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = bf16, zero = ui4>, f32, 6, 0>";

const tensorOf = (element: string) => `tensor<?x${GROUPS}x${WIDTH}x${element}>`;
const fresh = tensorOf("f32");

/** A step of a language model that does nothing but attend. */
function stepOf(keys: string, values: string, attributes = ""): string {
  const append = (type: string) =>
    type === "f32" ? "nn.concat([%past, %new]) {axis = 0}" : "kv.append(%past, %new)";
  const [nextKeys, nextValues] = [
    append(keys).replace("%past", "%keys").replace("%new", "%k"),
    append(values).replace("%past", "%values").replace("%new", "%v"),
  ];
  return `func.func @main(%q: tensor<?x${HEADS}x${WIDTH}xf32>, %k: ${fresh}, %v: ${fresh}, %keys: ${tensorOf(keys)}, %values: ${tensorOf(values)}) -> (tensor<?x${HEADS}x${WIDTH}xf32>, ${tensorOf(keys)}, ${tensorOf(values)}) {
  %all_keys = ${nextKeys} : ${tensorOf(keys)}
  %all_values = ${nextValues} : ${tensorOf(values)}
  %y = kv.attention(%q, %keys, %k, %values, %v) ${attributes} : tensor<?x${HEADS}x${WIDTH}xf32>
  return %y, %all_keys, %all_values : tensor<?x${HEADS}x${WIDTH}xf32>, ${tensorOf(keys)}, ${tensorOf(values)}
}
`;
}

function executablesOf(text: string) {
  const { module, constants } = subjectOf(text);
  return {
    interpreter: new Interpreter(module, registry, constants),
    compiled: new JsExecutable(module, registry, constants),
  };
}

const none: Tensor = { shape: [0, GROUPS, WIDTH], data: new Float32Array(0) };
const drawn = (count: number, heads: number, seed: number): Tensor => ({
  shape: [count, heads, WIDTH],
  data: normalFloats(count * heads * WIDTH, seed).map((value) => 2 * value),
});

/** Attention in f32 errs by the bounds of its kernel: here a few units in the last place of the largest value. */
function expectNear(found: RuntimeValue, wanted: RuntimeValue): void {
  expect(found.shape).toEqual(wanted.shape);
  const [numbers, expected] = [Float64Array.from(numbersOf(found)), numbersOf(wanted)];
  const gaps = numbers.map((value, i) => Math.abs(value - expected[i]!));
  expect(Math.max(...gaps)).toBeLessThan(2e-5);
}

describe.each([
  [kiviKeys, kiviValues],
  [kiviValues, kiviKeys],
  [byToken, byToken],
  [symmetric, wide],
  [wide, zeros],
  [zeros, "f32"],
  ["f32", kiviKeys],
])("caches of %s and %s", (keys, values) => {
  test.each([
    ["one by one", new Array<number>(23).fill(1)],
    ["as a prompt and one by one", [11, ...new Array<number>(12).fill(1)]],
    ["as prompts of all sizes", [1, 7, 2, 16, 3]],
    ["as one long prompt", [45]],
  ])("are the interpreter's, fed %s", async (_, pieces) => {
    const { interpreter, compiled } = executablesOf(stepOf(keys, values));
    let wanted: readonly RuntimeValue[] = [none, none];
    let found: readonly RuntimeValue[] = [none, none];
    for (const [step, count] of pieces.entries()) {
      const inputs = [HEADS, GROUPS, GROUPS].map((heads, i) => drawn(count, heads, 3 * step + i));
      const [y, ...caches] = expectValue(interpreter.runValues("main", [...inputs, ...wanted]));
      const [z, ...others] = expectValue(await compiled.runValues("main", [...inputs, ...found]));
      expectNear(z!, y!);
      expect(others).toEqual(caches);
      [wanted, found] = [caches, others];
    }
  });
});

test("caches read as codes give what they give read as numbers", async () => {
  const { interpreter, compiled } = executablesOf(stepOf(kiviKeys, byToken, '{on_codes = "both"}'));
  const inputs = [HEADS, GROUPS, GROUPS].map((heads, i) => drawn(30, heads, i));
  const [wanted] = expectValue(interpreter.runValues("main", [...inputs, none, none]));
  const [found] = expectValue(await compiled.runValues("main", [...inputs, none, none]));
  expectNear(found!, wanted!);
});

/** Numbers that formats treat in ways of their own; all that a ring takes. */
const HOSTILE = [
  0,
  -0,
  1e-42,
  -1e-38,
  5e-8,
  65504,
  65519.9,
  -65536,
  3e38,
  Infinity,
  -Infinity,
  448,
  464,
  -5.75,
];

test.each([kiviKeys, kiviValues, byToken, symmetric, wide, zeros])(
  "entries of every size are rounded to the interpreter's codes: %s",
  async (ring) => {
    const text = `func.func @main(%new: ${fresh}, %past: ${tensorOf(ring)}) -> (${fresh}, ${tensorOf(ring)}, ${tensorOf(ring)}) {
  %next = kv.append(%past, %new) : ${tensorOf(ring)}
  %numbers = lowp.dequantize(%next) : ${fresh}
  %more = kv.append(%next, %new) : ${tensorOf(ring)}
  return %numbers, %next, %more : ${fresh}, ${tensorOf(ring)}, ${tensorOf(ring)}
}
`;
    const { interpreter, compiled } = executablesOf(text);
    let wanted: RuntimeValue = none;
    let found: RuntimeValue = none;
    for (const count of [1, 9, 30]) {
      const data = Float32Array.from(
        { length: count * GROUPS * WIDTH },
        (_, i) => HOSTILE[(i * 7 + count * Math.floor(i / 19)) % HOSTILE.length]!,
      );
      const entries = { shape: [count, GROUPS, WIDTH], data };
      const outputs: readonly RuntimeValue[] = expectValue(interpreter.runValues("main", [entries, wanted]));
      const others: readonly RuntimeValue[] = expectValue(await compiled.runValues("main", [entries, found]));
      expect(others).toEqual(outputs);
      [wanted, found] = [outputs[1]!, others[1]!];
    }
  },
);

test.each([kiviKeys, byToken])("tensors are rounded to caches, and these read back: %s", async (ring) => {
  const text = `func.func @main(%x: ${fresh}) -> (${tensorOf(ring)}, ${fresh}) {
  %cache = lowp.quantize(%x) : ${tensorOf(ring)}
  %numbers = lowp.dequantize(%cache) : ${fresh}
  return %cache, %numbers : ${tensorOf(ring)}, ${fresh}
}
`;
  const { interpreter, compiled } = executablesOf(text);
  for (const count of [0, 1, 8, 29]) {
    const inputs = [drawn(count, GROUPS, count)];
    const wanted = expectValue(interpreter.runValues("main", inputs));
    expect(expectValue(await compiled.runValues("main", inputs))).toEqual(wanted);
  }
});

test.each([
  ["!lowp.ring<f16, f32, 4, 0>", "to what is not !lowp.q"],
  [
    "!lowp.ring<!lowp.sum<!lowp.q<ui2, block = [4, 1, 1], scale = f16>, !lowp.lowrank<2, f16, f16, run = 8>>, f16, 8, 0>",
    "to what is not !lowp.q",
  ],
  ["!lowp.ring<!lowp.q<f4E2M1FN, block = [1, 1, *], scale = f16>, f16, 8, 0>", "to these elements"],
  ["!lowp.ring<!lowp.q<ui4, block = [4, 1, 4], scale = f16>, f16, 8, 0>", "several entries and channels"],
  ["!lowp.ring<!lowp.q<ui4, block = [1, 2, *], scale = f16>, f16, 8, 0>", "in blocks of several heads"],
  ["!lowp.ring<!lowp.q<ui4, block = [1, 1, 2], scale = f16>, f16, 8, 0>", "in blocks of 2 channels"],
  [
    "!lowp.ring<!lowp.q<ui4, block = [1, 1, *], scale = f16, rounding = floor>, f16, 8, 0>",
    "with rounding = floor",
  ],
  ["!lowp.ring<!lowp.q<ui4, block = [1, 1, *], scale = f16>, f64, 8, 0>", "that wait in no float"],
])("refuses a cache of %s", async (ring, reason) => {
  const { compiled } = executablesOf(stepOf(ring, "f32"));
  const inputs = [HEADS, GROUPS, GROUPS].map((heads, i) => drawn(1, heads, i));
  const result = await compiled.runValues("main", [...inputs, none, none]);
  const [problem] = result.ok ? [] : result.diagnostics;
  expect(problem).toMatchObject({ code: "js-unsupported", hint: expect.stringContaining("kivi-2") });
  expect(problem!.message).toContain(reason);
});
