import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { type Expression, extract, i32, type Local, op, replace, select } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { type Activation, activate, errorFunction } from "./activation.ts";
import { castElements, describeCast, type ElementCast } from "./cast.ts";
import { raise } from "./power.ts";
import { choose, exponential, logarithm, splat, splatInteger } from "./vector-math.ts";

export type PointwiseElement = "f32" | "i32";

/** A function of one element, as the `nn` op of that name; `i32` has abs, neg and clip. */
export type UnaryFunction =
  | {
      readonly name:
        | Activation
        | "exp"
        | "log"
        | "sqrt"
        | "erf"
        | "reciprocal"
        | "floor"
        | "ceil"
        | "round"
        | "abs"
        | "neg";
    }
  | { readonly name: "leaky_relu"; readonly alpha: number }
  /** A bound that is absent does not bind; the upper one wins where the two cross. */
  | { readonly name: "clip"; readonly min?: number | undefined; readonly max?: number | undefined }
  | ElementCast;

/** As IEEE 754 compares: with NaN only `ne` holds, and -0 equals 0. */
export type Predicate = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/** A function of two elements, as the `nn` op of that name; `i32` has all but pow. */
export type BinaryFunction = "add" | "sub" | "mul" | "div" | "min" | "max" | "pow";

/** Part of a kernel's name. */
export function describeUnary(unary: UnaryFunction): string {
  if (unary.name === "cast") return describeCast(unary);
  if (unary.name === "leaky_relu") return `leaky_relu[${unary.alpha}]`;
  return unary.name === "clip" ? `clip[${unary.min ?? ""},${unary.max ?? ""}]` : unary.name;
}

/**
 * The function of four elements. abs, neg, sqrt, reciprocal, floor, ceil, round, relu, clip and all of i32 are exact
 * or rounded once; the others as near as their functions of vectors say, leaky_relu within 2 units in the last place.
 */
export function applyUnary(
  f: FunctionBuilder,
  element: PointwiseElement,
  unary: UnaryFunction,
  x: Local,
): Expression {
  if (unary.name === "cast") return castElements(f, unary, x);
  if (element === "i32") return ofIntegers(unary, x);
  switch (unary.name) {
    case "exp":
      return exponential(f, x);
    case "log":
      return logarithm(f, x);
    case "erf":
      return errorFunction(f, x);
    case "reciprocal":
      return op("f32x4.div", splat(1), x);
    case "round":
      return op("f32x4.nearest", x);
    case "sqrt":
    case "floor":
    case "ceil":
    case "abs":
    case "neg":
      return op(`f32x4.${unary.name}`, x);
    case "leaky_relu":
      return choose(op("f32x4.lt", x, splat(0)), op("f32x4.mul", x, splat(unary.alpha)), x);
    case "clip": {
      const above = unary.min === undefined ? x : op("f32x4.max", x, splat(unary.min));
      return unary.max === undefined ? above : op("f32x4.min", above, splat(unary.max));
    }
    default:
      return activate(f, unary.name, x);
  }
}

function ofIntegers(unary: Exclude<UnaryFunction, ElementCast>, x: Local): Expression {
  const whole = (value: number) => splatInteger(Math.min(Math.max(value, -0x80000000), 0x7fffffff));
  if (unary.name === "abs" || unary.name === "neg") return op(`i32x4.${unary.name}`, x);
  if (unary.name !== "clip") return unreachable(`${unary.name} takes floats`);
  const above = unary.min === undefined ? x : op("i32x4.max_s", x, whole(unary.min));
  return unary.max === undefined ? above : op("i32x4.min_s", above, whole(unary.max));
}

/**
 * The function of four pairs. On floats all but pow are rounded once, and min and max take NaN before numbers and
 * -0 before 0; on integers they wrap, and div truncates and gives 0 by 0.
 */
export function applyBinary(
  f: FunctionBuilder,
  element: PointwiseElement,
  binary: BinaryFunction,
  left: Local,
  right: Local,
): Expression {
  if (element === "f32") return binary === "pow" ? raise(f, left, right) : op(`f32x4.${binary}`, left, right);
  if (binary === "pow") return unreachable("pow takes floats");
  if (binary === "div") return divideIntegers(left, right);
  const isOrder = binary === "min" || binary === "max";
  return op(isOrder ? `i32x4.${binary}_s` : `i32x4.${binary}`, left, right);
}

/** 1 where the predicate holds, else 0. */
export function applyCompare(
  element: PointwiseElement,
  predicate: Predicate,
  left: Local,
  right: Local,
): Expression {
  const isEquality = predicate === "eq" || predicate === "ne";
  const signed = isEquality ? predicate : `${predicate}_s`;
  const mask = op(element === "f32" ? `f32x4.${predicate}` : `i32x4.${signed}`, left, right);
  return op("v128.and", mask, splatInteger(1));
}

/** There is no division of integer vectors, and one by 0 or past the largest integer would trap. */
function divideIntegers(left: Local, right: Local): Expression {
  let quotients: Expression = left;
  for (let lane = 0; lane < 4; lane++) {
    const dividend = extract("i32x4.extract_lane", left, lane);
    const divisor = extract("i32x4.extract_lane", right, lane);
    const isNegation = op("i32.eq", divisor, -1);
    const safe = select(i32(1), divisor, op("i32.or", isNegation, op("i32.eqz", divisor)));
    const quotient = select(op("i32.sub", 0, dividend), op("i32.div_s", dividend, safe), isNegation);
    quotients = replace("i32x4.replace_lane", quotients, lane, select(quotient, i32(0), divisor));
  }
  return quotients;
}
