import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import { definitionAt, type SymbolLookup, sizeOf } from "../../../../dialects/rot/definitions.ts";
import { directionOf } from "../../../../dialects/rot/kernels.ts";
import * as kinds from "../../../../dialects/rot/kinds.ts";
import { apply, def } from "../../../../dialects/rot/ops.ts";
import { readTransform } from "../../../../dialects/rot/read-transform.ts";
import { signsOf } from "../../../../dialects/rot/transforms/hadamard.ts";
import { hadamardFactors, hadamardMatrix } from "../../../../dialects/rot/transforms/hadamard-matrix.ts";
import { type Direction, matrixOf, type Transform } from "../../../../dialects/rot/transforms/transform.ts";
import { NO_EPILOGUE } from "../../kernels/epilogue.ts";
import { hadamard, hadamardWorkspace } from "../../kernels/hadamard.ts";
import { denseLinear } from "../../kernels/linear/dense.ts";
import { known, quotient } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";
import { copyAxes } from "./movement.ts";

/** Transforms of the last axis: Hadamard ones in n log n, Kronecker products by their factors, others as matrices. */
export const rotateLowerings: readonly OpLowering[] = [
  defineLowering(apply, ({ operands, attributes, results }, context) => {
    const { by, axis } = attributes;
    const input = context.dense(operands.input);
    if (axis !== input.shape.length - 1)
      refuse(
        mismatch("js-unsupported", "the js backend maps the last axis alone", {
          hint: "transpose around it",
        }),
      );
    context.define(results.output, lowerTransform(context, input, by, directionOf(attributes)));
  }),
];

/** The smallest Hadamard transform that there is a kernel for. */
const SMALLEST_KERNEL = 4;

/** Maps every run of as many neighbours as a transform takes. */
function lowerTransform(
  context: LoweringContext,
  input: DenseValue,
  by: readonly string[],
  direction: Direction,
): DenseValue {
  const definition = context.symbol(by);
  if (!definition || !def.is(definition)) return refuse(mismatch("symbol-kind", "it is no transform"));
  const { transform } = definition.attributes;
  const key = `@${by.join("::@")} ${direction}`;
  if (kinds.hadamard.is(transform) && transform.parameters.size >= SMALLEST_KERNEL) {
    const isForward = direction === "forward" || direction === "dual";
    return lowerHadamard(context, input, { ...transform.parameters, isForward, key });
  }
  const source = {
    symbol: (path: readonly string[]) => context.symbol(path),
    resource: (name: string) => context.resource(name),
  };
  if (kinds.kronecker.is(transform)) {
    const { outer, inner } = transform.parameters;
    const sizes = [outer, inner].map((path) => factorSize(path, source.symbol));
    const within = lowerTransform(context, input, inner, direction);
    const turned = turnRuns(context, within, sizes[0]!, sizes[1]!);
    const mixed = lowerTransform(context, turned, outer, direction);
    return { ...turnRuns(context, mixed, sizes[1]!, sizes[0]!), shape: input.shape };
  }
  const read = readTransform(definition.attributes, source);
  return isMismatch(read) ? refuse(read) : lowerMatrix(context, input, read, { direction, key });
}

function factorSize(path: readonly string[], symbol: SymbolLookup): number {
  const definition = definitionAt(path, symbol);
  const size = isMismatch(definition) ? definition : sizeOf(definition.transform, symbol);
  return isMismatch(size) ? refuse(size) : size;
}

/** Every run of rows · columns neighbours, a matrix row after row, column after column. */
function turnRuns(context: LoweringContext, input: DenseValue, rows: number, columns: number): DenseValue {
  const size = rows * columns;
  const count = runsOf(context, input, size);
  const output = context.allocate("f32", [count, known(columns), known(rows)]);
  copyAxes(context, input, output, [
    { extent: count, source: known(size), target: known(size) },
    { extent: known(columns), source: known(1), target: known(rows) },
    { extent: known(rows), source: known(columns), target: known(1) },
  ]);
  return output;
}

function lowerMatrix(
  context: LoweringContext,
  input: DenseValue,
  transform: Transform,
  { direction, key }: { readonly direction: Direction; readonly key: string },
): DenseValue {
  const { size } = transform;
  const matrix = matrixOf(transform, direction);
  // A linear op multiplies by the transpose of its weight.
  const weight = Float32Array.from(matrix, (_, at) => matrix[(at % size) * size + Math.floor(at / size)]!);
  const form = denseLinear({ columns: size, depth: size, weight, element: "f32", epilogue: NO_EPILOGUE });
  const output = context.allocate("f32", input.shape);
  context.step(form.kernel, form.units, {
    input: input.address,
    weight: context.constant(`${key} for ${form.kernel.name}`, () => form.weight),
    output: output.address,
    rows: runsOf(context, input, size),
    workspace: context.workspace(form.workspace),
  });
  return output;
}

/** Runs of as many neighbours as a transform maps. */
const runsOf = (context: LoweringContext, input: DenseValue, size: number) =>
  quotient(context.count(input.shape), size) ??
  refuse(mismatch("js-unsupported", `the transform maps ${size} channels, which do not divide the input`));

interface HadamardUse {
  readonly size: number;
  readonly seed?: number | undefined;
  readonly isForward: boolean;
  readonly key: string;
}

function lowerHadamard(
  context: LoweringContext,
  input: DenseValue,
  { size, seed, isForward, key }: HadamardUse,
): DenseValue {
  const { power, order } =
    hadamardFactors(size) ?? refuse(mismatch("js-unsupported", `no transform of order ${size}`));
  const shape = {
    power,
    order,
    signs: seed === undefined ? ("none" as const) : isForward ? ("before" as const) : ("after" as const),
  };
  const output = context.allocate("f32", input.shape);
  const signs = () => new Uint8Array(Float32Array.from(seed === undefined ? [] : signsOf(size, seed)).buffer);
  const matrix = () => {
    const paley = hadamardMatrix(order) ?? new Int8Array(0);
    const entries = Float64Array.from(paley, (_, at) =>
      isForward ? paley[at]! : paley[(at % order) * order + Math.floor(at / order)]!,
    );
    return new Uint8Array(entries.buffer);
  };
  context.step(hadamard(shape), runsOf(context, input, size), {
    input: input.address,
    output: output.address,
    signs: context.constant(`${key} signs`, signs),
    matrix: context.constant(`${key} matrix`, matrix),
    workspace: context.workspace(hadamardWorkspace(shape)),
  });
  return output;
}
