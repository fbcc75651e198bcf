import { type Expression, i32, type Local, op, sum } from "../assembler/expression.ts";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { load } from "../assembler/memory.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementAt, smaller, storeLanes } from "./lanes.ts";
import {
  applyBinary,
  applyCompare,
  applyUnary,
  type BinaryFunction,
  describeUnary,
  type PointwiseElement,
  type Predicate,
  type UnaryFunction,
} from "./pointwise-function.ts";
import { choose, splatInteger } from "./vector-math.ts";

/**
 * What an input has for each element of [rows, width]: its own element; one of a vector [width]; one of a column
 * [rows, 1]; one for all.
 */
export type ElementwiseAccess = "same" | "row" | "column" | "scalar";

/** One op on values: inputs are 0, 1, …, and the result of each step takes the next number. */
export type ElementwiseStep =
  | { readonly function: UnaryFunction; readonly input: number }
  | { readonly function: BinaryFunction; readonly left: number; readonly right: number }
  /** 1 where the predicate holds, else 0, as i32. */
  | { readonly compare: Predicate; readonly left: number; readonly right: number }
  /** Where the condition (i32) is not 0, else the other; moved as bits. */
  | { readonly condition: number; readonly whenTrue: number; readonly whenFalse: number };

/** Ops on values of one shape; the result of the last is the output. */
export interface ElementwiseChain {
  /** Of what functions and comparisons take. */
  readonly element: PointwiseElement;
  readonly inputs: readonly ElementwiseAccess[];
  readonly steps: readonly ElementwiseStep[];
}

/** Elements of a unit of work where no input is a row or a column. */
export const ELEMENTS_PER_UNIT = 4096;

/** Whether units of work are rows. */
const isByRows = ({ inputs }: ElementwiseChain): boolean =>
  inputs.some((access) => access === "row" || access === "column");

/** How many units of work there are: rows where an input is a row or a column, else blocks of elements. */
export const elementwiseUnits = (chain: ElementwiseChain, rows: number, width: number): number =>
  isByRows(chain) ? rows : Math.ceil((rows * width) / ELEMENTS_PER_UNIT);

/**
 * Computes a chain of pointwise ops on [rows, width], each rounded to its type as separate ops would be; see
 * `applyUnary` and `applyBinary` for how near. Parameters: `input0`, `input1`, … and `output`, where the output may be
 * an input that is as large; `rows` and `width`. For units of work see `elementwiseUnits`.
 */
export function fusedElementwise(chain: ElementwiseChain): Kernel {
  const names = chain.inputs.map((_, i) => `input${i}` as const);
  return defineKernel({
    name: describeChain(chain),
    parameters: [...names, "output", "rows", "width"],
    build(f, parameters) {
      const { begin, end, output, width, rows } = parameters;
      const byRows = isByRows(chain);
      const total = f.let(op("i32.mul", rows, width));
      f.for(begin, end, 1, (unit) => {
        const first = f.let(op("i32.mul", unit, byRows ? width : ELEMENTS_PER_UNIT));
        const rest = f.let(op("i32.sub", total, first));
        const count = byRows ? width : f.let(smaller(rest, i32(ELEMENTS_PER_UNIT)));
        const sources = chain.inputs.map((access, i) =>
          openSource(f, access, parameters[names[i]!]!, { unit, first }),
        );
        const target = f.let(elementAt(output, first));
        const step = (index: Expression, store: (place: Local, value: Local) => void) => {
          const offset = f.let(op("i32.shl", index, 2));
          const inputs = sources.map((source) => source(offset));
          store(f.let(sum(target, offset)), evaluate(f, chain, inputs));
        };
        const whole = f.let(op("i32.and", count, -4));
        f.for(0, whole, 4, (index) => step(index, (place, value) => f.store("v128.store", place, value)));
        f.if(op("i32.and", count, 3), () =>
          step(whole, (place, value) => storeLanes(f, place, value, op("i32.and", count, 3))),
        );
      });
    },
  });
}

/** Reads four elements at an offset in bytes from the first of a unit. */
type Source = (offset: Local) => Local;

function openSource(
  f: FunctionBuilder,
  access: ElementwiseAccess,
  address: Local,
  { unit, first }: { readonly unit: Local; readonly first: Local },
): Source {
  if (access === "scalar" || access === "column") {
    const place = access === "scalar" ? address : elementAt(address, unit);
    const value = f.let(load("v128.load32_splat", place));
    return () => value;
  }
  const start: Expression = access === "row" ? address : f.let(elementAt(address, first));
  return (offset) => f.let(load("v128.load", sum(start, offset)));
}

function evaluate(f: FunctionBuilder, chain: ElementwiseChain, inputs: readonly Local[]): Local {
  const values = [...inputs];
  for (const step of chain.steps) values.push(f.let(applyStep(f, chain.element, step, values)));
  return values.at(-1)!;
}

function applyStep(
  f: FunctionBuilder,
  element: PointwiseElement,
  step: ElementwiseStep,
  values: readonly Local[],
): Expression {
  if ("input" in step) return applyUnary(f, element, step.function, values[step.input]!);
  if ("compare" in step) return applyCompare(element, step.compare, values[step.left]!, values[step.right]!);
  if ("condition" in step) {
    const isFalse = op("i32x4.eq", values[step.condition]!, splatInteger(0));
    return choose(isFalse, values[step.whenFalse]!, values[step.whenTrue]!);
  }
  return applyBinary(f, element, step.function, values[step.left]!, values[step.right]!);
}

const describeChain = ({ element, inputs, steps }: ElementwiseChain): string =>
  [
    `elementwise_${element}`,
    ...inputs,
    ...steps.map((step) => {
      if ("input" in step) return `${describeUnary(step.function)}(${step.input})`;
      if ("condition" in step) return `where(${step.condition},${step.whenTrue},${step.whenFalse})`;
      return `${"compare" in step ? step.compare : step.function}(${step.left},${step.right})`;
    }),
  ].join("_");
