import { expect, test } from "vitest";
import { assemble } from "../../../../runtime/js/assembler/assemble.ts";
import {
  type Expression,
  extract,
  i32,
  lanes,
  op,
  replace,
  select,
  shuffle,
  v128,
} from "../../../../runtime/js/assembler/expression.ts";
import { FunctionBuilder } from "../../../../runtime/js/assembler/function-builder.ts";
import { instructions, type ValueType } from "../../../../runtime/js/assembler/instructions.ts";
import { load } from "../../../../runtime/js/assembler/memory.ts";

const memory = { pages: 1, maximum: 1 };
const moduleOf = (f: FunctionBuilder) => assemble([{ name: "f", function: f }], memory);

/** What a function of given parameters returns. */
function evaluate(type: ValueType, make: (f: FunctionBuilder) => Expression): unknown {
  const f = new FunctionBuilder([], type);
  f.return(make(f));
  // A body that ends in a return still owes its result to the type checker.
  f.return(make(f));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(f)), {
    env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 1 }) },
  });
  return (instance.exports.f as () => unknown)();
}

test.each([...instructions].filter(([name]) => !name.includes("relaxed")))(
  "%s is typed as the engine types it",
  (name, { operands, result }) => {
    const f = new FunctionBuilder(operands, result);
    f.return(op(name, ...operands.map((_, i) => f.parameter(i))));
    f.return(op(name, ...operands.map((_, i) => f.parameter(i))));
    expect(WebAssembly.validate(moduleOf(f))).toBe(true);
  },
);

test("numbers, lanes and shuffles mean what they say", () => {
  const vector = lanes(Int32Array.of(1, -2, 3, 2 ** 31 - 1));
  expect(evaluate("i32", () => extract("i32x4.extract_lane", vector, 1))).toBe(-2);
  const reversed = shuffle(vector, vector, [12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3]);
  expect(evaluate("i32", () => extract("i32x4.extract_lane", reversed, 0))).toBe(2 ** 31 - 1);
  const put = replace("f32x4.replace_lane", v128(new Uint8Array(16)), 2, 1.5);
  expect(evaluate("f32", () => extract("f32x4.extract_lane", put, 2))).toBe(1.5);
  expect(evaluate("i32", () => select(i32(-129), i32(7), i32(1)))).toBe(-129);
  expect(evaluate("f64", () => op("f64.sqrt", 2))).toBe(Math.SQRT2);
  expect(evaluate("i32", () => op("i32.wrap_i64", op("i64.shr_u", -1, 32)))).toBe(-1);
});

test("loops count, memory keeps what is stored", () => {
  const total = evaluate("i32", (f) => {
    const sum = f.let(i32(0));
    f.for(0, 10, 3, (i) => f.advance(sum, i));
    f.store("i32.store", i32(64), sum, 4);
    return load("i32.load", i32(68));
  });
  expect(total).toBe(18);
});

test("operands of a wrong type are refused where they are written", () => {
  expect(() => op("f32.add", i32(1), 2)).toThrow("operand 0 of f32.add is f32, not i32");
  expect(() => op("f32.add", 1)).toThrow("takes 2 operands");
  expect(() => op("f32.plus", 1, 2)).toThrow("f32.plus is an instruction of the table");
});
