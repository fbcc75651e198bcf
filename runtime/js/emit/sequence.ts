import type { Entry, Quantity } from "../artifact/program.ts";
import { sequenceName } from "../artifact/program.ts";
import type { NamedFunction } from "../assembler/assemble.ts";
import { type Expression, i32, type Local, op } from "../assembler/expression.ts";
import { FunctionBuilder } from "../assembler/function-builder.ts";

/**
 * One function that runs all steps of an entry, given its symbols: on one thread a step then costs a call within
 * WebAssembly, and nothing crosses from JavaScript. Kernels are functions 0, 1, … of the module.
 */
export function sequenceOf(name: string, { symbols, steps }: Entry): NamedFunction {
  const f = new FunctionBuilder(symbols.map(() => "i32"));
  const parameters = symbols.map((_, i) => f.parameter(i));
  for (const [kernel, units, _work, ...args] of steps) {
    const run = (count: Expression) =>
      f.call(kernel, [...args.map((arg) => expressionOf(arg, parameters)), i32(0), count], false);
    if (typeof units === "number") {
      if (units > 0) run(i32(units));
      continue;
    }
    const count = f.let(expressionOf(units, parameters));
    f.if(count, () => run(count));
  }
  return { name: sequenceName(name), function: f };
}

function expressionOf(quantity: Quantity, symbols: readonly Local[]): Expression {
  if (typeof quantity === "number") return i32(quantity);
  const { constant, terms, per = 1, times = 1 } = quantity;
  const total = terms.reduce<Expression>(
    (value, [symbol, coefficient]) => op("i32.add", value, op("i32.mul", symbols[symbol]!, coefficient)),
    i32(constant),
  );
  const pieces = per === 1 ? total : op("i32.div_s", op("i32.add", total, per - 1), per);
  return times === 1 ? pieces : op("i32.mul", pieces, times);
}
