import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Precision } from "../../../compiler/define/kernel.ts";
import { isMismatch } from "../../../compiler/define/op.ts";
import { compatible, DYNAMIC, type TensorType } from "../../../compiler/ir/types.ts";
import { elementCount } from "../../../compiler/numeric/tensor.ts";
import { kernels } from "../../../dialects/nn/kernels.ts";
import { ops } from "../../../dialects/nn/ops.ts";
import { inferType } from "./describe-inference.ts";
import { dataOf, evaluate } from "./evaluate.ts";
import type { Question } from "./question.ts";
import { questions } from "./questions.ts";

const settings = { numRuns: 60, seed: 20 };
const names = ops.map(({ name }) => name.replace("nn.", ""));

describe("every op", () => {
  test("has a generator, and every generator an op", () => {
    expect(Object.keys(questions).toSorted()).toEqual(names.toSorted());
  });

  test("has one kernel", () => {
    expect(kernels.map(({ op }) => op.name).toSorted()).toEqual(ops.map(({ name }) => name).toSorted());
  });
});

describe.each(names)("the kernel of nn.%s", (name) => {
  test("gives data of the inferred type, in either precision", () => {
    fc.assert(
      fc.property(questions[name]!, fc.constantFrom<Precision>("f32", "f64"), (question, precision) => {
        fc.pre(isWellFormed(name, question));
        const type = resultType(name, question);
        const result = answer(name, question, precision, question.operands);
        expect(result.shape).toEqual(type.shape);
        expect(result.data.length).toBe(elementCount(type.shape));
        expect(result.data.constructor).toBe(dataOf(type, precision, 1).data.constructor);
      }),
      settings,
    );
  });

  test("gives the same where types leave extents open, and their inference allows for it", () => {
    fc.assert(
      fc.property(questions[name]!, fc.infiniteStream(fc.boolean()), (question, choices) => {
        fc.pre(isWellFormed(name, question));
        const open = mapTypes(question, (type) => ({
          ...type,
          shape: type.shape.map((size) => (choices.next().value ? DYNAMIC : size)),
        }));
        const type = resultType(name, question);
        expect(compatible(resultType(name, { ...question, operands: open }), type)).toBe(true);
        expect(answer(name, question, "f32", open)).toEqual(answer(name, question, "f32", question.operands));
      }),
      settings,
    );
  });
});

const isWellFormed = (name: string, { operands, attributes, result }: Question): boolean =>
  result !== undefined || !isMismatch(inferType(name, operands, attributes));

function resultType(name: string, { operands, attributes, result }: Question): TensorType {
  const type = result ?? inferType(name, operands, attributes);
  if (isMismatch(type) || type.kind !== "tensor") throw new Error(JSON.stringify(type));
  return type;
}

function answer(name: string, question: Question, precision: Precision, types: Question["operands"]) {
  const { operands, attributes = {}, result, below = {} } = question;
  const dataFor = (slot: string) => (type: TensorType) => dataOf(type, precision, below[slot] ?? 3);
  const inputs = Object.fromEntries(
    Object.entries(operands).map(([slot, type]) => [
      slot,
      "kind" in type ? dataFor(slot)(type) : type.map(dataFor(slot)),
    ]),
  );
  const found = evaluate(name, { types, inputs, attributes, ...(result && { result }), precision });
  if (isMismatch(found)) throw new Error(`${found.code}: ${found.message}`);
  return found;
}

function mapTypes({ operands }: Question, map: (type: TensorType) => TensorType): Question["operands"] {
  return Object.fromEntries(
    Object.entries(operands).map(([slot, type]) => [slot, "kind" in type ? map(type) : type.map(map)]),
  );
}
