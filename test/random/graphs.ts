import fc from "fast-check";
import { Body, type Rows, rowsType, WIDTHS } from "./body.ts";
import { Choices } from "./choices.ts";
import { ProgramText } from "./program-text.ts";
import { steps } from "./steps.ts";

/** Width of the rows that @main takes. */
export const MAIN_WIDTH = 16;

/**
 * Text of a legal program: @main over rows, and more or fewer of a function it calls, a second one with the same
 * weights, one over images, one over tokens, and one decoding step with caches. Fewer numbers give a smaller one.
 */
export const graphOf = (numbers: readonly number[]): string => {
  const choices = new Choices(numbers);
  const program = new ProgramText();
  const kinds = choices.below(32);
  const callee = (kinds & 1) === 0 ? undefined : helper(program, choices);
  rowFunction(program, choices, { name: "main", width: MAIN_WIDTH, steps: 2 + choices.below(5), callee });
  if (kinds & 2)
    rowFunction(program, choices, { name: "other", width: choices.of(...WIDTHS), steps: 3, callee });
  if (kinds & 4) image(program, choices);
  if (kinds & 8) tokens(program, choices);
  if (kinds & 16) decode(program, choices);
  return program.toString();
};

export const randomGraph: fc.Arbitrary<string> = fc
  .array(fc.nat(1 << 20), { minLength: 1, maxLength: 80, size: "max" })
  .map(graphOf);

interface RowFunction {
  readonly name: string;
  readonly width: number;
  readonly steps: number;
  readonly callee?: Callee | undefined;
}

interface Callee {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function rowFunction(
  program: ProgramText,
  choices: Choices,
  { name, width, steps: count, callee }: RowFunction,
): void {
  const body = new Body(name, choices, program, [{ name: "%x", width }]);
  for (let i = 0; i < count; i++) {
    steps[choices.below(steps.length)]!(body, choices);
    if (callee && i === 1) called(body, callee);
  }
  const returned = choices.below(4) === 0 ? [body.values.at(-1)!, body.any()] : [body.values.at(-1)!];
  program.function(functionText(name, [{ name: "%x", width }], body, returned));
}

function called(body: Body, { name, from, to }: Callee): void {
  const argument = body.values.findLast(({ width }) => width === from) ?? body.linear(body.values[0]!, from);
  body.rows(`func.call(@${name}, [${argument.name}])`, to);
}

function helper(program: ProgramText, choices: Choices): Callee {
  const from = choices.of(...WIDTHS);
  const body = new Body("helper", choices, program, [{ name: "%x", width: from }]);
  for (let i = 0; i < 2; i++) steps[choices.below(steps.length)]!(body, choices);
  const last = body.values.at(-1)!;
  program.function(functionText("helper", [{ name: "%x", width: from }], body, [last], "private "));
  return { name: "helper", from, to: last.width };
}

function functionText(
  name: string,
  taken: readonly Rows[],
  { lines }: Body,
  returned: readonly Rows[],
  visibility = "",
): string {
  const typed = taken.map((value) => `${value.name}: ${rowsType(value.width)}`).join(", ");
  const types = returned.map(({ width }) => rowsType(width)).join(", ");
  const names = returned.map((value) => value.name).join(", ");
  return `func.func ${visibility}@${name}(${typed}) -> (${types}) {\n${lines.join("\n")}\n  return ${names} : ${types}\n}\n`;
}

/** Convolutions, batch norms and pooling, and a linear op on what is left. */
function image(program: ProgramText, choices: Choices): void {
  const type = "tensor<?x4x6x6xf32>";
  const body = new Body("image", choices, program, []);
  let at = "%i";
  for (let i = 0; i < 1 + choices.below(3); i++) {
    const groups = choices.of(1, 2);
    const kernel = body.parameter("conv", [4, 4 / groups, 3, 3]);
    const bias = choices.of("", `, ${body.parameter("bias", [4])}`);
    at = body.op(`nn.conv2d(${at}, ${kernel}${bias}) {groups = ${groups}, pads = [1, 1, 1, 1]}`, type);
    if (choices.below(2) === 1)
      at = body.op(`nn.batch_norm(${body.statistics(at, body.parameter("gain", [4]), 4)})`, type);
    at = body.op(`nn.relu(${at})`, type);
  }
  const pooled = body.op(`nn.global_average_pool(${at})`, "tensor<?x4x1x1xf32>");
  const flat = { name: body.op(`nn.reshape(${pooled}) {shape = [-1, 4]}`, rowsType(4)), width: 4 };
  const scores = body.linear(flat, 8);
  program.function(
    `func.func @image(%i: ${type}) -> ${rowsType(8)} {\n${body.lines.join("\n")}\n  return ${scores.name} : ${rowsType(8)}\n}\n`,
  );
}

/** An embedding, tied to the head or not. */
function tokens(program: ProgramText, choices: Choices): void {
  const body = new Body("tokens", choices, program, []);
  const table = body.parameter("table", [12, 8]);
  const embedded = body.rows(`nn.embedding(${table}, %t)`, 8);
  const hidden = body.norm(body.linear(embedded, 8));
  const head = choices.below(2) === 0 ? table : body.parameter("table", [12, 8]);
  const scores = body.op(`nn.linear(${hidden.name}, ${head})`, rowsType(12));
  const best = body.op(`nn.argmax(${scores}) {axis = 1}`, "tensor<?xi32>");
  program.function(
    `func.func @tokens(%t: tensor<?xi32>) -> (${rowsType(12)}, tensor<?xi32>) {\n${body.lines.join("\n")}\n  return ${scores}, ${best} : ${rowsType(12)}, tensor<?xi32>\n}\n`,
  );
}

/** One step of a decoder on rows, its caches in and out. */
function decode(program: ProgramText, choices: Choices): void {
  const heads = "tensor<?x2x4xf32>";
  const body = new Body("decode", choices, program, [{ name: "%x", width: 8 }]);
  const [input] = body.values;
  const split = () =>
    body.op(`nn.reshape(${body.linear(input!, 8, false).name}) {shape = [-1, 2, 4]}`, heads);
  const [query, key, value] = [split(), split(), split()];
  const keys = body.op(`nn.concat([%keys, ${key}]) {axis = 0}`, heads);
  const values = body.op(`nn.concat([%values, ${value}]) {axis = 0}`, heads);
  const mixed = body.op(`nn.attention(${query}, ${keys}, ${values}) {causal = true}`, heads);
  const flat = body.rows(`nn.reshape(${mixed}) {shape = [-1, 8]}`, 8);
  const output = body.linear(flat, 8);
  program.function(
    `func.func @decode(%x: ${rowsType(8)}, %keys: ${heads}, %values: ${heads}) -> (${rowsType(8)}, ${heads}, ${heads}) {\n${body.lines.join("\n")}\n  return ${output.name}, ${keys}, ${values} : ${rowsType(8)}, ${heads}, ${heads}\n}\n`,
  );
}
