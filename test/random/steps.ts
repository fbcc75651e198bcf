import { type Body, type Rows, rowsType, WIDTHS } from "./body.ts";
import type { Choices } from "./choices.ts";

/** What a step may be asked to do, each on values the function has. */
type Step = (body: Body, choices: Choices) => void;

/** Steps of random functions over rows; later ones are rarer in small programs, as shrinking prefers the first. */
export const steps: readonly Step[] = [
  (body) => void body.unary(body.any()),
  (body, choices) => void body.linear(body.any(), choices.of(...WIDTHS)),
  (body, choices) => void body.linear(body.norm(body.any()), choices.of(...WIDTHS)),
  (body) => void body.binary(body.any()),
  (body) => void body.twin(),
  (body, choices) => void gated(body, choices),
  (body, choices) => void attention(body, choices),
  (body, choices) => void body.storedLinear(body.any(), choices.of(...WIDTHS)),
  (body) => void softmaxed(body),
  (body) => void reshaped(body),
  (body) => void constants(body),
  (body) => void sliced(body),
  (body) => void averaged(body),
  (body) => void rounded(body),
  (body) => void body.norm(body.any()),
  (body, choices) => void normedLinears(body, choices),
  (body, choices) => void body.batchNorm(body.linear(body.any(), choices.of(...WIDTHS))),
];

function gated(body: Body, choices: Choices): Rows {
  const input = body.norm(body.any());
  const width = choices.of(...WIDTHS);
  const [gate, up] = [body.linear(input, width), body.linear(input, width)];
  const active = body.rows(`nn.silu(${gate.name})`, width);
  const mixed = body.rows(`nn.mul(${active.name}, ${up.name})`, width);
  const down = body.linear(mixed, input.width);
  return body.rows(`nn.add(${body.mate(input).name}, ${down.name})`, input.width);
}

/** Several linear ops behind one norm, whose scales may be folded. */
function normedLinears(body: Body, choices: Choices): Rows {
  const input = body.norm(body.any());
  const outputs = [body.linear(input, input.width), body.linear(input, input.width)];
  return choices.below(2) === 0 ? outputs[1]! : body.binary(outputs[0]!, outputs[1]);
}

/** Grouped queries of two or four heads on one or two key heads, with or without positions. */
function attention(body: Body, choices: Choices): Rows {
  const input = body.norm(body.any());
  const { width } = input;
  const heads = choices.of(2, 4);
  const head = width / heads;
  const groups = choices.of(1, 2);
  const split = (value: Rows, count: number) =>
    body.op(`nn.reshape(${value.name}) {shape = [-1, ${count}, ${head}]}`, `tensor<?x${count}x${head}xf32>`);
  const turned = (value: string, count: number) => {
    if (!turns) return value;
    const positions = body.op(`nn.positions(${value})`, "tensor<?xi32>");
    return body.op(`nn.rope(${value}, ${positions})`, `tensor<?x${count}x${head}xf32>`);
  };
  const turns = choices.below(2) === 1;
  const query = turned(split(body.linear(input, width, false), heads), heads);
  const [keys, values] = [narrow(body, input, groups * head), narrow(body, input, groups * head)];
  const causal = choices.of("", " {causal = true}");
  const mixed = body.op(
    `nn.attention(${query}, ${turned(split(keys, groups), groups)}, ${split(values, groups)})${causal}`,
    `tensor<?x${heads}x${head}xf32>`,
  );
  const flat = body.rows(`nn.reshape(${mixed}) {shape = [-1, ${width}]}`, width);
  const output = body.linear(flat, width, false);
  return body.rows(`nn.add(${input.name}, ${output.name})`, width);
}

/** A linear op whose rows are no currency, as heads may be narrower than those. */
function narrow(body: Body, from: Rows, width: number): Rows {
  const weight = body.parameter("linear", [width, from.width]);
  return { name: body.op(`nn.linear(${from.name}, ${weight})`, rowsType(width)), width };
}

function softmaxed(body: Body): Rows {
  const { name, width } = body.any();
  return body.rows(`nn.softmax(${name}) {axis = 1}`, width);
}

/** There and back again, and once more for canonicalization to meet itself. */
function reshaped(body: Body): Rows {
  const { name, width } = body.any();
  const three = body.op(
    `nn.reshape(${name}) {shape = [-1, 2, ${width / 2}]}`,
    `tensor<?x2x${width / 2}xf32>`,
  );
  const turned = body.op(`nn.transpose(${three}) {permutation = [0, 2, 1]}`, `tensor<?x${width / 2}x2xf32>`);
  const back = body.op(`nn.transpose(${turned}) {permutation = [0, 2, 1]}`, `tensor<?x2x${width / 2}xf32>`);
  return body.rows(`nn.reshape(${back}) {shape = [-1, ${width}]}`, width);
}

/** Computed at compile time: 2 · (numbers + 1). */
function constants(body: Body): Rows {
  const { name, width } = body.any();
  const type = `tensor<${width}xf32>`;
  const numbers = Array.from({ length: width }, (_, i) => `${((i * 7) % 5) - 2}.5`).join(", ");
  const listed = body.op(`nn.constant() {value = dense<[${numbers}]> : ${type}}`, type);
  const one = body.op(`nn.constant() {value = dense<1.0> : tensor<f32>}`, "tensor<f32>");
  const sum = body.op(`nn.add(${listed}, ${one})`, type);
  const twice = body.op(`nn.add(${sum}, ${sum})`, type);
  return body.rows(`nn.add(${name}, ${twice})`, width);
}

function sliced(body: Body): Rows {
  const { name, width } = body.any();
  const half = width / 2;
  const piece = (start: number) =>
    body.op(`nn.slice(${name}) {sizes = [-1, ${half}], starts = [0, ${start}]}`, rowsType(half));
  const [low, high] = [piece(0), piece(half)];
  return body.rows(`nn.concat([${high}, ${low}]) {axis = 1}`, width);
}

function averaged(body: Body): Rows {
  const { name, width } = body.any();
  const mean = body.op(`nn.mean(${name}) {axes = [1], keep_dims = true}`, rowsType(1));
  return body.rows(`nn.sub(${name}, ${mean})`, width);
}

function rounded(body: Body): Rows {
  const { name, width } = body.any();
  const type = `tensor<?x${width}x!lowp.q<i8, block = [1, *], scale = f32>>`;
  return body.rows(`lowp.dequantize(${body.op(`lowp.quantize(${name})`, type)})`, width);
}
