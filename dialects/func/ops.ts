import type { AxisFlow, AxisPin, PinKind } from "../../compiler/define/axis-flow.ts";
import { defineOp, type Mismatch, many, mismatch, type TypeConstraint } from "../../compiler/define/op.ts";
import { blockAt, bodyOf, type Op, type ValueId } from "../../compiler/ir/module.ts";
import { type FunctionType, same, type Type } from "../../compiler/ir/types.ts";
import {
  attribute,
  listOf,
  oneOf,
  optional,
  type Schema,
  symbolDefinition,
  symbolReference,
  type,
} from "../../compiler/schema/schema.ts";

const any: TypeConstraint = { describe: "any type", accepts: () => true };

const functionType: Schema<FunctionType> = {
  describe: "function type",
  decode: (literal) => {
    const decoded = type.decode(literal);
    return decoded?.kind === "function" ? decoded : undefined;
  },
  encode: type.encode,
};

/** A function with a body, or (`private`, without one) the promise that the runtime has it. */
export const func = defineOp("func.func", {
  summary: "Defines a function, or declares one.",
  operands: {},
  attributes: {
    sym_name: symbolDefinition,
    function_type: functionType,
    sym_visibility: optional(oneOf("private", "public", "nested")),
    arg_attrs: optional(listOf(attribute)),
    res_attrs: optional(listOf(attribute)),
  },
  results: {},
  regions: ["body"],
  traits: ["isolated"],
  form: "function",
  verify({ attributes, regions }, { module, typeOf }) {
    const entry = regions[0]?.[0];
    if (entry === undefined) return [];
    const { inputs } = attributes.function_type;
    const found = blockAt(module, entry).arguments.map(typeOf);
    if (found.length === inputs.length && found.every((each, i) => same(each, inputs[i]))) return [];
    return [
      mismatch(
        "function-type",
        `the entry block of @${attributes.sym_name} does not have the arguments its type says`,
      ),
    ];
  },
  axes({ attributes, regions }, { module, typeOf }) {
    const entry = regions[0]?.[0];
    if (entry === undefined || attributes.sym_visibility === "private") return {};
    return seenBy(attributes.sym_name, "argument", blockAt(module, entry).arguments, typeOf);
  },
});

/** Ends a function; the values are its results, in the types it declares. */
export const returnOp = defineOp("func.return", {
  summary: "Ends a function and gives its results.",
  operands: { values: many(any) },
  attributes: {},
  results: {},
  traits: ["terminator"],
  form: "terminator",
  keyword: "return",
  verify({ operands }, { parent, typeOf }) {
    if (!parent || !func.is(parent)) return [mismatch("parent-op", "func.return must stand in a func.func")];
    return typesDiffer(
      operands.values.map(typeOf),
      parent.attributes.function_type.results,
      `@${parent.attributes.sym_name} returns`,
    );
  },
  axes: ({ operands }, { parent, typeOf }) =>
    parent && func.is(parent) && parent.attributes.sym_visibility !== "private"
      ? seenBy(parent.attributes.sym_name, "result", operands.values, typeOf)
      : {},
});

/** Runs the function a symbol names. Recursion is not supported. */
export const call = defineOp("func.call", {
  summary: "Calls a function by name.",
  operands: { inputs: many(any) },
  attributes: { callee: symbolReference },
  results: { outputs: many(any) },
  traits: ["pure"],
  verify({ attributes, operands, results }, { symbol, typeOf }) {
    const callee = symbol(attributes.callee);
    const name = `@${attributes.callee.join("::@")}`;
    if (!callee || !func.is(callee)) return callee ? [mismatch("symbol-kind", `${name} is no function`)] : [];
    const { inputs, results: outputs } = callee.attributes.function_type;
    return [
      ...typesDiffer(operands.inputs.map(typeOf), inputs, `${name} takes`),
      ...typesDiffer(results.outputs.map(typeOf), outputs, `${name} returns`),
    ];
  },
  axes({ attributes, operands, results }, { module, symbol, typeOf }) {
    const callee = symbol(attributes.callee);
    const entry = callee?.regions[0]?.[0];
    const end = callee && bodyOf(module, callee).at(-1);
    if (entry === undefined || !end || !returnOp.is(end)) {
      const reason = `nothing is known of @${attributes.callee.join("::@")}`;
      return { pins: allAxes([...operands.inputs, ...results.outputs], typeOf, "unknown", reason) };
    }
    const pairs = [
      ...operands.inputs.map((value, i) => [value, blockAt(module, entry).arguments[i]!] as const),
      ...results.outputs.map((value, i) => [value, end.operands.values[i]!] as const),
    ];
    return {
      same: pairs.flatMap(([outer, inner]) =>
        axesOf(typeOf(outer)).map((axis) => [
          { value: outer, axis },
          { value: inner, axis },
        ]),
      ),
      carries: pairs.map(([outer, inner], i) =>
        i < operands.inputs.length ? { from: outer, to: inner } : { from: inner, to: outer },
      ),
    };
  },
});

/** Whoever calls a public function sees its values as they are. */
const seenBy = (
  name: string,
  kind: "argument" | "result",
  values: readonly ValueId[],
  typeOf: (value: ValueId) => Type,
): AxisFlow => ({ pins: allAxes(values, typeOf, kind, `callers of @${name} see it`) });

const allAxes = (
  values: readonly ValueId[],
  typeOf: (value: ValueId) => Type,
  kind: PinKind,
  reason: string,
): readonly AxisPin[] =>
  values.flatMap((value) => axesOf(typeOf(value)).map((axis) => ({ value, axis, kind, reason })));

const axesOf = (type: Type): readonly number[] => (type.kind === "tensor" ? [...type.shape.keys()] : []);

function typesDiffer(found: readonly Type[], expected: readonly Type[], what: string): readonly Mismatch[] {
  if (found.length !== expected.length)
    return [mismatch("function-type", `${what} ${expected.length} values, found ${found.length}`)];
  const wrong = found.findIndex((each, i) => !same(each, expected[i]));
  return wrong === -1 ? [] : [mismatch("function-type", `${what} another type at place ${wrong}`)];
}

/** The function a symbol names at the top level of the module, if it has a body. */
export const isFunction = (
  op: Op,
): op is Op & { readonly attributes: { readonly sym_name: string; readonly function_type: FunctionType } } =>
  func.is(op);
