import { type Body, type Rows, rowsType } from "./body.ts";
import type { Choices } from "./choices.ts";

/** Ops that canonicalization may drop: neutral operands, twice the same, there and back. */
export function neutral(body: Body, choices: Choices): Rows {
  const { name, width } = body.any();
  const splat = (value: string) =>
    body.op(`nn.constant() {value = dense<${value}> : tensor<${width}xf32>}`, `tensor<${width}xf32>`);
  switch (choices.below(8)) {
    case 0:
      return body.rows(`nn.add(${name}, ${splat(choices.of("0.0", "-0.0"))})`, width);
    case 1:
      return body.rows(`nn.mul(${splat("1.0")}, ${name})`, width);
    case 2:
      return body.rows(`nn.sub(${name}, ${splat("0.0")})`, width);
    case 3:
      return body.rows(`nn.div(${name}, ${splat("1.0")})`, width);
    case 4:
      return body.rows(`nn.neg(${body.rows(`nn.neg(${name})`, width).name})`, width);
    case 5:
      return body.rows(`nn.relu(${body.rows(`nn.relu(${name})`, width).name})`, width);
    case 6:
      return body.rows(`nn.concat([${name}]) {axis = 1}`, width);
    default:
      return body.rows(`nn.slice(${name}) {sizes = [-1, ${width}], starts = [0, 0]}`, width);
  }
}

/** Constants whose results are infinite, not numbers, or 0 with a sign, brought back among numbers by a clip. */
export function extreme(body: Body, choices: Choices): Rows {
  const { name, width } = body.any();
  const type = `tensor<${width}xf32>`;
  const listed = Array.from({ length: width }, (_, i) => ["0.0", "-0.0", "3.0e38", "1.0e-45", "-2.5"][i % 5]);
  const left = body.op(`nn.constant() {value = dense<[${listed.join(", ")}]> : ${type}}`, type);
  const right = body.op(
    `nn.constant() {value = dense<${choices.of("0.0", "-0.0", "3.0e38")}> : ${type}}`,
    type,
  );
  const op = choices.of("div", "mul", "pow", "min", "max", "sub");
  const strange = body.op(`nn.${op}(${left}, ${right})`, type);
  const one = body.op(
    `nn.${choices.of("exp", "reciprocal", "sqrt", "log", "floor", "erf")}(${strange})`,
    type,
  );
  const finite = body.op(`nn.compare(${one}, ${one}) {predicate = eq}`, `tensor<${width}xi1>`);
  const kept = body.op(`nn.where(${finite}, ${one}, ${left})`, type);
  const clipped = body.op(`nn.clip(${kept}) {max = 4.0, min = -4.0}`, type);
  return body.rows(`nn.add(${name}, ${clipped})`, width);
}

/** Whole numbers: places of columns, compared with a constant, choose between two values. */
export function chosen(body: Body, choices: Choices): Rows {
  const left = body.any();
  const { width } = left;
  const type = `tensor<${width}xi32>`;
  const places = body.op(`nn.iota() {axis = 0, shape = [${width}]}`, type);
  const number = body.op(
    `nn.constant() {value = dense<${choices.of("3", "0", "-7")}> : tensor<i32>}`,
    "tensor<i32>",
  );
  const op = choices.of("add", "mul", "div", "sub");
  const moved = body.op(`nn.${op}(${places}, ${number})`, type);
  const mask = body.op(
    `nn.compare(${moved}, ${number}) {predicate = ${choices.of("lt", "ge", "ne")}}`,
    `tensor<${width}xi1>`,
  );
  return body.rows(`nn.where(${mask}, ${left.name}, ${body.mate(left).name})`, width);
}

/** A product of matrices, of a value with a weight the other way round or with its own transpose. */
export function multiplied(body: Body, choices: Choices): Rows {
  const { name, width } = body.any();
  if (choices.below(2) === 0) {
    const weight = body.parameter("matrix", [width, width]);
    return body.rows(`nn.matmul(${name}, ${weight})`, width);
  }
  const turned = body.op(`nn.transpose(${name}) {permutation = [1, 0]}`, `tensor<${width}x?xf32>`);
  const scores = body.op(`nn.matmul(${name}, ${turned})`, "tensor<?x?xf32>");
  const shares = body.op(`nn.softmax(${scores}) {axis = 1}`, "tensor<?x?xf32>");
  return body.rows(`nn.matmul(${shares}, ${name})`, width);
}

/** Zeros around, and taken away again. */
export function padded(body: Body): Rows {
  const { name, width } = body.any();
  const wide = body.op(`nn.pad(${name}) {high = [0, 1], low = [0, 2]}`, rowsType(width + 3));
  return body.rows(`nn.slice(${wide}) {sizes = [-1, ${width}], starts = [0, ${1}]}`, width);
}
