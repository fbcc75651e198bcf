import { isMismatch, type Mismatch, mismatch } from "../../compiler/define/op.ts";
import { unreachable } from "../../compiler/diagnostics/diagnostic.ts";
import type { TensorType } from "../../compiler/ir/types.ts";
import { unpackDense } from "../lowp/dense.ts";
import { permutationProblem } from "../lowp/permutation.ts";
import { readConstant } from "../nn/kernels/read-constant.ts";
import { type Definition, definitionAt, partsOf, type SymbolLookup } from "./definitions.ts";
import * as kinds from "./kinds.ts";
import * as composite from "./transforms/composite.ts";
import * as matrices from "./transforms/dense.ts";
import { hadamard } from "./transforms/hadamard.ts";
import { inverseOf, type Transform, transposeOf } from "./transforms/transform.ts";

/** Where the parts and the numbers of a transform come from. */
export interface TransformSource {
  readonly symbol: SymbolLookup;
  resource(key: string): Uint8Array | Mismatch;
}

/** The transform a verified definition names, or what is wrong with its numbers. */
export function readTransform(definition: Definition, source: TransformSource): Transform | Mismatch {
  const { transform, sym_name: name } = definition;
  if (kinds.hadamard.is(transform)) return hadamard(transform.parameters.size, transform.parameters.seed);
  if (kinds.randomOrthogonal.is(transform)) {
    const { size, seed } = transform.parameters;
    return matrices.dense(matrices.randomOrthogonal(size, seed), size) ?? unreachable("it is orthogonal");
  }
  const parts: Transform[] = [];
  for (const reference of partsOf(transform)) {
    const part = definitionAt(reference, source.symbol);
    const read = isMismatch(part) ? part : readTransform(part, source);
    if (isMismatch(read)) return read;
    parts.push(read);
  }
  if (parts.length === 0) return withNumbers(definition, source);
  const [first, second] = parts;
  if (kinds.kronecker.is(transform)) return composite.kronecker(first!, second!);
  if (kinds.product.is(transform)) return composite.product(parts);
  if (kinds.blockDiagonal.is(transform)) return composite.blockDiagonal(first!, transform.parameters.count);
  if (kinds.inverse.is(transform)) return inverseOf(first!);
  return kinds.transpose.is(transform) ? transposeOf(first!) : unreachable(`@${name} is a transform`);
}

function withNumbers(
  { transform, value, sym_name: name }: Definition,
  { resource }: TransformSource,
): Transform | Mismatch {
  const data = readNumbers(name, value, resource);
  if (isMismatch(data)) return data;
  if (kinds.permutation.is(transform)) {
    const order = { shape: [data.length], data: Int32Array.from(data) };
    const problem = permutationProblem(order);
    return problem
      ? { ...problem, message: `@${name}: ${problem.message}` }
      : composite.permutation(order.data);
  }
  const numbers = Float64Array.from(data);
  if (kinds.diagonal.is(transform)) {
    const channel = numbers.findIndex((factor) => factor === 0 || !Number.isFinite(factor));
    if (channel === -1) return composite.diagonal(numbers);
    return mismatch(
      "transform-singular",
      `@${name} multiplies channel ${channel} by ${numbers[channel]}, expected a number it can be divided by`,
    );
  }
  if (!kinds.dense.is(transform)) return unreachable(`@${name} has numbers`);
  const { size, orthogonal } = transform.parameters;
  const made = matrices.dense(numbers, size);
  if (!made) return mismatch("transform-singular", `the matrix of @${name} has no inverse`);
  return orthogonal && !made.isOrthogonal
    ? mismatch("transform-orthogonal", `@${name} says it is orthogonal, but its matrix is not`, {
        hint: "leave orthogonal out",
      })
    : made;
}

function readNumbers(
  name: string,
  value: Definition["value"],
  resource: TransformSource["resource"],
): ArrayLike<number> | Mismatch {
  if (value?.kind === "dense") return readConstant(value, "f64").data as Float64Array | Int32Array;
  if (value?.kind !== "resource")
    return mismatch("transform-undefined", `@${name} has no numbers`, {
      hint: "give the module with its weights",
    });
  const bytes = resource(value.key);
  if (isMismatch(bytes)) return { ...bytes, message: `@${name}: ${bytes.message}` };
  const { element, shape } = value.type as TensorType; // verified beside the kind
  if (element.kind !== "float" && element.kind !== "integer") return unreachable("verified to be numbers");
  return unpackDense(bytes, element, shape).data as Float64Array | Int32Array;
}
