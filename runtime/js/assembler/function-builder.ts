import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { typeCode, unsigned } from "./encode.ts";
import { type Expression, i32, type Local, type Operand, op } from "./expression.ts";
import type { ValueType } from "./instructions.ts";
import { storeCode, storeLaneCode } from "./memory.ts";

const EMPTY_BLOCK = 0x40;

/** Statements of one function, in order. Control flow is structured: `body` callbacks add the nested statements. */
export class FunctionBuilder {
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | undefined;
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(parameters: readonly ValueType[], result?: ValueType) {
    this.parameters = parameters;
    this.result = result;
  }

  parameter(index: number): Local {
    const type = this.parameters[index] ?? unreachable(`there is a parameter ${index}`);
    return localAt(index, type);
  }

  /** A new variable; starts at zero once per call of the function, not once per loop. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return localAt(this.parameters.length + this.#locals.length - 1, type);
  }

  /** A new variable with a value. */
  let(value: Expression): Local {
    const local = this.local(value.type);
    this.set(local, value);
    return local;
  }

  set(local: Local, value: Operand): void {
    const given = typeof value === "number" ? i32(value) : value;
    if (given.type !== local.type) unreachable(`a ${local.type} is not set to ${given.type}`);
    this.#code.push(...given.code, 0x21, ...unsigned(local.index));
  }

  /** Adds to an i32 variable. */
  advance(local: Local, by: Operand): void {
    this.set(local, op("i32.add", local, by));
  }

  store(name: string, address: Expression, value: Expression, offset = 0): void {
    this.#code.push(...storeCode(name, address, value, offset));
  }

  storeLane(name: string, address: Expression, vector: Expression, lane: number, offset = 0): void {
    this.#code.push(...storeLaneCode(name, address, vector, lane, offset));
  }

  if(condition: Expression, whenTrue: () => void, whenFalse?: () => void): void {
    this.#code.push(...condition.code, 0x04, EMPTY_BLOCK);
    whenTrue();
    if (whenFalse) {
      this.#code.push(0x05);
      whenFalse();
    }
    this.#code.push(0x0b);
  }

  /** While the condition, tested before each round, is not zero. */
  while(condition: Expression, body: () => void): void {
    this.if(condition, () => this.repeat(body, condition));
  }

  /** `body` once, and again while the condition, tested after it, is not zero: the tightest loop there is. */
  repeat(body: () => void, condition: Expression): void {
    this.#code.push(0x03, EMPTY_BLOCK);
    body();
    this.#code.push(...condition.code, 0x0d, 0, 0x0b);
  }

  /** `body(i)` for i = from, from + step, … below `to`, which is evaluated anew in each round. */
  for(from: Operand, to: Operand, step: number, body: (counter: Local) => void): void {
    const counter = this.local("i32");
    this.set(counter, from);
    this.while(op("i32.lt_s", counter, to), () => {
      body(counter);
      this.advance(counter, step);
    });
  }

  return(value?: Expression): void {
    this.#code.push(...(value?.code ?? []), 0x0f);
  }

  /** Calls a function of the module by its index; its result, if it has one, is dropped. */
  call(index: number, operands: readonly Expression[], hasResult: boolean): void {
    this.#code.push(
      ...operands.flatMap(({ code }) => code),
      0x10,
      ...unsigned(index),
      ...(hasResult ? [0x1a] : []),
    );
  }

  /** The body as the code section has it: locals, then instructions. */
  encode(): number[] {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const locals = runs.flatMap(({ type, count }) => [...unsigned(count), typeCode(type)]);
    return [...unsigned(runs.length), ...locals, ...this.#code, 0x0b];
  }
}

const localAt = (index: number, type: ValueType): Local => ({
  index,
  type,
  code: [0x20, ...unsigned(index)],
});
