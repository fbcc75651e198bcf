import { describe, expect, test } from "vitest";
import type { FloatType, IntegerType } from "../../../../compiler/ir/types.ts";
import {
  roundToFloat,
  truncateToInteger,
  wrapToInteger,
} from "../../../../dialects/nn/kernels/round-element.ts";
import { compare, type Predicate, where } from "../../../../dialects/nn/reference/select.ts";
import type { HeldFloatType, HeldInteger } from "../../../../runtime/js/kernels/cast.ts";
import {
  type ElementwiseChain,
  elementwiseUnits,
  fusedElementwise,
} from "../../../../runtime/js/kernels/elementwise.ts";
import { runKernel } from "../run-kernel.ts";
import { expectSame, floatSamples } from "./float-samples.ts";

type Numbers = Float32Array | Int32Array;

function run(chain: ElementwiseChain, inputs: readonly Numbers[], output: Numbers): Numbers {
  const named = Object.fromEntries(inputs.map((input, i) => [`input${i}`, input]));
  const width = output.length;
  const args = { ...named, output, rows: 1, width };
  return runKernel(fusedElementwise(chain), args, { units: elementwiseUnits(chain, 1, width) })
    .output as Numbers;
}

function cast(from: HeldInteger | HeldFloatType, to: HeldInteger | HeldFloatType, input: Numbers): Numbers {
  const output = to.kind === "float" ? new Float32Array(input.length) : new Int32Array(input.length);
  const steps = [{ function: { name: "cast", from, to }, input: 0 }] as const;
  return run({ element: "f32", inputs: ["same"], steps }, [input], output);
}

const single: HeldFloatType = { kind: "float", format: "f32" };
const samples = floatSamples(40, 1000);

describe("floats to narrower ones", () => {
  const formats = [
    ...(["f16", "bf16", "f8E5M2", "f8E4M3FN", "f8E5M2FNUZ", "f8E4M3FNUZ"] as const),
    ...(["f6E2M3FN", "f6E3M2FN", "f4E2M1FN"] as const),
  ];
  test.each(formats)("%s", (format) => {
    const round = roundToFloat({ kind: "float", name: format } as FloatType);
    // Halfway cases and the ends of the format among them.
    const near = Float32Array.from({ length: 4096 }, (_, i) => (i - 2048) * 2 ** ((i % 24) - 14));
    const ends = Float32Array.of(65504, 65519.996, 65520, -65520, 448, 464, 480, 57344, 61440, 6, 7, 28, 7.5);
    for (const input of [samples, near, ends]) {
      const found = cast(single, { kind: "float", format }, input);
      for (const [i, x] of input.entries())
        if (!Object.is(found[i], round(x))) expect.fail(`${x} gives ${found[i]}, not ${round(x)}`);
    }
  });
});

const integers: readonly IntegerType[] = [1, 2, 4, 8, 16, 31, 32].flatMap((width) =>
  (["signed", "unsigned"] as const).map(
    (signedness): IntegerType => ({ kind: "integer", width, signedness }),
  ),
);
const held = ({ width, signedness }: IntegerType): HeldInteger => ({
  kind: "integer",
  width,
  signed: signedness === "signed",
});

test.each(integers)("to and from $signedness integers of $width bits", (type) => {
  const whole = Int32Array.from(samples.slice(0, 4000), (x) => x * 1e3);
  whole.set([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 128, -129, 255, 256]);
  const [truncate, wrap] = [truncateToInteger(type), wrapToInteger(type)];
  const isFlag = type.width === 1;
  const fromFloats = (x: number) => (isFlag ? (x === 0 ? 0n : 1n) : truncate(x));
  const fromIntegers = (x: number) => (isFlag ? (x === 0 ? 0n : 1n) : wrap(BigInt(x)));
  const bits = (x: bigint) => Number(BigInt.asIntN(32, x));
  expectSame(
    cast(single, held(type), samples),
    Int32Array.from(samples, (x) => bits(fromFloats(x))),
  );
  const narrow = cast({ kind: "integer", width: 32, signed: true }, held(type), whole);
  expectSame(
    narrow,
    Int32Array.from(whole, (x) => bits(fromIntegers(x))),
  );
  if (!isFlag)
    expectSame(
      cast(held(type), single, narrow as Int32Array),
      Float32Array.from(whole, (x) => Number(fromIntegers(x))),
    );
});

const mixed = samples.map((_, i) => samples[(i * 31 + (i % 3 ? 1 : 0)) % samples.length]!);
mixed.set(samples.subarray(0, 500));
const predicates: readonly Predicate[] = ["eq", "ne", "lt", "le", "gt", "ge"];

test.each(predicates)("%s of floats and of integers", (predicate) => {
  const chain = (element: "f32" | "i32"): ElementwiseChain => ({
    element,
    inputs: ["same", "same"],
    steps: [{ compare: predicate, left: 0, right: 1 }],
  });
  const shape = [samples.length];
  const whole = [samples, mixed].map((data) => Int32Array.from(data, (x) => x * 0.5));
  expectSame(
    run(chain("f32"), [samples, mixed], new Int32Array(samples.length)),
    compare({ shape, data: samples }, { shape, data: mixed }, { predicate }).data,
  );
  expectSame(
    run(chain("i32"), whole, new Int32Array(samples.length)),
    compare({ shape, data: whole[0]! }, { shape, data: whole[1]! }, { predicate }).data,
  );
});

test("where takes one or the other, bit by bit", () => {
  const shape = [samples.length];
  const condition = Int32Array.from(samples, (_, i) => [0, 1, -5, 0, 256][i % 5]!);
  const wanted = where({ shape, data: condition }, { shape, data: samples }, { shape, data: mixed });
  const chain: ElementwiseChain = {
    element: "f32",
    inputs: ["same", "same", "same"],
    steps: [{ condition: 0, whenTrue: 1, whenFalse: 2 }],
  };
  expectSame(run(chain, [condition, samples, mixed], new Float32Array(samples.length)), wanted.data);
});
