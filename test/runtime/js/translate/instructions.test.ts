import fc from "fast-check";
import { expect, test } from "vitest";
import { assemble } from "../../../../runtime/js/assembler/assemble.ts";
import {
  type Expression,
  extract,
  extractions,
  i32,
  type Local,
  op,
  replace,
  replacements,
  select,
  shuffle,
} from "../../../../runtime/js/assembler/expression.ts";
import { FunctionBuilder } from "../../../../runtime/js/assembler/function-builder.ts";
import { instructions, type ValueType } from "../../../../runtime/js/assembler/instructions.ts";
import { laneStores, load, loads, stores } from "../../../../runtime/js/assembler/memory.ts";
import { bothWays } from "./translated.ts";

/** Where operands are read, and where results are written: each 16 bytes. */
const OPERANDS = [0, 16, 32] as const;
const RESULTS = 64;
const SIZE = 256;

const operand = (type: ValueType, at: number): Expression => load(`${type}.load`, i32(at));

/** Words that are floats, doubles and integers at the ends and in the middle of what there is. */
const hostile = fc.oneof(
  fc.integer({ min: -130, max: 130 }).map((value) => Int32Array.of(value, value < 0 ? -1 : 0)),
  fc.float({ noNaN: true }).map((value) => Float32Array.of(value, -value)),
  fc
    .float({ noNaN: true, min: -300, max: 300 })
    .map((value) => Float32Array.of(Math.round(value) + 0.5, value)),
  fc.double({ noNaN: true }).map((value) => Float64Array.of(value)),
  fc.double({ noNaN: true, min: -5e9, max: 5e9 }).map((value) => Float64Array.of(Math.round(value * 2) / 2)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => BigInt64Array.of(value)),
  fc.constantFrom(
    Float32Array.of(-0, Number.POSITIVE_INFINITY),
    Float32Array.of(Number.NEGATIVE_INFINITY, 2 ** -149),
    Float32Array.of(2 ** 31, -(2 ** 31)),
    Float32Array.of(3.4028234663852886e38, 0.49999997),
    Float64Array.of(-0),
    Float64Array.of(2 ** 63),
    Float64Array.of(2 ** 52 - 0.5),
    Float64Array.of(0.49999999999999994),
    Float64Array.of(Number.POSITIVE_INFINITY),
    Float64Array.of(5e-324),
    Float64Array.of(1 + 2 ** -24 + 2 ** -52),
    BigInt64Array.of(-(2n ** 63n)),
    BigInt64Array.of(2n ** 53n + 2n ** 29n + 1n),
    Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    Int32Array.of(0, -1),
    Int16Array.of(-32768, 32767, -32768, -1),
    Int8Array.of(-128, 127, 15, 16, -1, 0, 1, 31),
  ),
);
const nan = fc.constantFrom(Float32Array.of(Number.NaN, 1), Float64Array.of(Number.NaN));

/** 64 bytes of operands. */
const bytesOf = (words: fc.Arbitrary<ArrayBufferView>): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.array(words, { minLength: 8, maxLength: 8 }).map((parts) => {
    const bytes = new Uint8Array(64);
    for (const [i, { buffer }] of parts.entries()) bytes.set(new Uint8Array(buffer), i * 8);
    return bytes;
  });

/** Gives a result lane by lane, NaN being the same whatever its bits. */
function lanesOf(memory: ArrayBuffer, shape: string): readonly unknown[] {
  const part = memory.slice(RESULTS, SIZE);
  if (shape.startsWith("f32")) return [...new Float32Array(part)];
  return shape.startsWith("f64") ? [...new Float64Array(part)] : [...new Uint8Array(part)];
}

/** Runs what a function of ours writes behind `RESULTS` both ways on the same operands; traps must be the same too. */
function expectSame(build: (f: FunctionBuilder) => void, shape: string, withoutNaN?: "f32" | "f64"): void {
  const f = new FunctionBuilder([]);
  build(f);
  const ways = bothWays(assemble([{ name: "f", function: f }], { pages: 1, maximum: 65536 }), 1);
  const words = fc.oneof({ weight: 12, arbitrary: hostile }, { weight: 1, arbitrary: nan });
  fc.assert(
    fc.property(bytesOf(words), (bytes) => {
      if (withoutNaN) replaceNaN(bytes, withoutNaN);
      const [expected, found] = ways.map(({ functions, memory }) => {
        new Uint8Array(memory).fill(0xa5, 0, SIZE).set(bytes);
        return traps(functions.f!) ? "trap" : lanesOf(memory, shape);
      });
      expect(found).toEqual(expected);
    }),
    { numRuns: 150, seed: 1 },
  );
}

/** Bits of integers are those of NaN too. */
function replaceNaN(bytes: Uint8Array<ArrayBuffer>, type: "f32" | "f64"): void {
  const floats = type === "f32" ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
  for (const [i, value] of floats.entries()) if (Number.isNaN(value)) floats[i] = -i;
}

function traps(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (problem) {
    if (problem instanceof Error && ["RuntimeError", "RangeError"].includes(problem.name)) return true;
    throw problem;
  }
}

/** Of instructions whose result depends on the bits of a NaN, which are not kept: the type whose bits they read. */
function readsBits(name: string): "f32" | "f64" | undefined {
  if (/reinterpret_f32|f32\.copysign/.test(name)) return "f32";
  return /reinterpret_f64|f64\.copysign/.test(name) ? "f64" : undefined;
}

/** What lanes the result has, by the name and type. */
const shapeOf = (name: string, type: ValueType): string => {
  if (/^f(?:32|64)x\d\.(?:eq|ne|lt|gt|le|ge)$/.test(name)) return "i8x16";
  return type === "v128" ? name : type;
};

test.each([...instructions].filter(([name]) => !name.includes("relaxed")))(
  "%s gives what WebAssembly gives, wherever operands and result are",
  (name, { operands, result }) => {
    const type = result!;
    const from = operands.map((each, i) => operand(each, OPERANDS[i]!));
    expectSame(
      (f) => {
        f.store(`${type}.store`, i32(RESULTS), op(name, ...from));
        // From variables, and into that of each operand.
        for (const [i, each] of operands.entries()) {
          const variables = from.map((value) => f.let(value));
          const target: Local = each === type ? variables[i]! : f.local(type);
          f.set(target, op(name, ...variables));
          f.store(`${type}.store`, i32(RESULTS + 16 * (i + 1)), target);
        }
        // Of one variable alone.
        if (operands.every((each) => each === operands[0])) {
          const variable = f.let(from[0]!);
          f.store(`${type}.store`, i32(RESULTS + 64), op(name, ...operands.map(() => variable)));
        }
      },
      shapeOf(name, type),
      readsBits(name),
    );
  },
);

test.each(Object.entries(loads))("%s reads any address", (name, { type }) => {
  expectSame((f) => {
    for (const [i, offset] of [0, 1, 6, 11, 16].entries())
      f.store(`${type}.store`, i32(RESULTS + 16 * i), load(name, i32(i), offset));
  }, type);
});

test.each(Object.entries(stores))("%s writes any address", (name, { type }) => {
  expectSame((f) => {
    for (const [i, offset] of [0, 21, 42].entries())
      f.store(name, i32(RESULTS + i), operand(type, OPERANDS[i]!), offset);
  }, type);
});

test.each(Object.keys(laneStores))("%s writes each lane to any address", (name) => {
  const count = 128 / Number(/\d+(?=_lane)/.exec(name)![0]);
  expectSame((f) => {
    for (let i = 0; i < count; i++) f.storeLane(name, i32(RESULTS + i), operand("v128", 16), i, i * 9);
  }, "i8x16");
});

const countOf = (name: string): number => Number(/x(\d+)/.exec(name)![1]);

test.each(Object.entries(extractions))("%s takes each lane", (name, [, type]) => {
  expectSame((f) => {
    for (let i = 0; i < countOf(name); i++)
      f.store(`${type}.store`, i32(RESULTS + 8 * i), extract(name, operand("v128", 16), i));
  }, type);
});

test.each(Object.entries(replacements))("%s puts each lane", (name, [, type]) => {
  expectSame((f) => {
    const vector = f.let(operand("v128", 16));
    for (let i = 0; i < countOf(name); i++) {
      if (i % 2 === 0) f.set(vector, replace(name, vector, i, operand(type, 32 + i)));
      else
        f.set(
          vector,
          replace(name, replace(name, operand("v128", 0), i, operand(type, i)), 0, operand(type, 3)),
        );
      if (i < 12) f.store("v128.store", i32(RESULTS + 16 * i), vector);
    }
  }, name);
});

test.each([
  ["whole words", [20, 21, 22, 23, 4, 5, 6, 7, 0, 1, 2, 3, 28, 29, 30, 31]],
  ["halves of words", [2, 3, 0, 1, 18, 19, 16, 17, 6, 7, 4, 5, 22, 23, 20, 21]],
  ["words at odd places", [1, 2, 3, 4, 17, 18, 19, 20, 29, 30, 31, 0, 5, 6, 7, 8]],
  ["bytes", [31, 0, 30, 1, 29, 2, 28, 3, 27, 4, 26, 5, 25, 6, 24, 7]],
])("shuffles move %s", (_, from) => {
  expectSame((f) => {
    f.store("v128.store", i32(RESULTS), shuffle(operand("v128", 0), operand("v128", 16), from));
    for (const i of [0, 1] as const) {
      const both = [f.let(operand("v128", 0)), f.let(operand("v128", 16))] as const;
      f.set(both[i], shuffle(...both, from));
      f.store("v128.store", i32(RESULTS + 16 * (i + 1)), both[i]);
    }
  }, "i8x16");
});

test("a selected vector outlives what is computed behind it", () => {
  expectSame((f) => {
    const doubled = (at: number) => op("i32x4.add", operand("v128", at), operand("v128", at));
    const chosen = select(doubled(0), doubled(16), operand("i32", 32));
    const other = op("i32x4.mul", doubled(32), op("i32x4.sub", doubled(16), doubled(0)));
    f.store("v128.store", i32(RESULTS), op("v128.xor", chosen, other));
    const variable = f.let(select(operand("v128", 0), doubled(16), operand("i32", 36)));
    f.store("v128.store", i32(RESULTS + 16), variable);
    f.store("i32.store", i32(RESULTS + 32), select(operand("i32", 0), operand("i32", 4), operand("i32", 8)));
  }, "i8x16");
});

test("a product that is added is rounded before the sum is, wherever the result goes", () => {
  expectSame((f) => {
    const [x, y, z] = OPERANDS.map((at) => f.let(operand("v128", at)));
    const sum = (left: Expression) => op("f32x4.add", left, op("f32x4.mul", y!, op("f32x4.sub", z!, x!)));
    f.store("v128.store", i32(RESULTS), sum(x!));
    f.store("v128.store", i32(RESULTS + 16), sum(op("f32x4.div", x!, z!)));
    for (const [i, variable] of [x!, y!, z!].entries()) {
      f.set(variable, sum(x!));
      f.store("v128.store", i32(RESULTS + 32 + 16 * i), variable);
    }
  }, "f32x4");
});
