import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import { directionOf } from "../../../../dialects/rot/kernels.ts";
import { hadamard as hadamardKind } from "../../../../dialects/rot/kinds.ts";
import { apply, def } from "../../../../dialects/rot/ops.ts";
import { readTransform } from "../../../../dialects/rot/read-transform.ts";
import { signsOf } from "../../../../dialects/rot/transforms/hadamard.ts";
import { hadamardFactors, hadamardMatrix } from "../../../../dialects/rot/transforms/hadamard-matrix.ts";
import { matrixOf } from "../../../../dialects/rot/transforms/transform.ts";
import { NO_EPILOGUE } from "../../kernels/epilogue.ts";
import { hadamard, hadamardWorkspace } from "../../kernels/hadamard.ts";
import { denseLinear } from "../../kernels/linear/dense.ts";
import { quotient } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";

/** Transforms of the last axis: Hadamard ones in n log n, others as the matrix they are. */
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
    const definition = context.symbol(by);
    if (!definition || !def.is(definition)) return refuse(mismatch("symbol-kind", "it is no transform"));
    const direction = directionOf(attributes);
    const { transform } = definition.attributes;
    const key = `@${by.join("::@")} ${direction}`;
    if (hadamardKind.is(transform)) {
      const isForward = direction === "forward" || direction === "dual";
      return context.define(
        results.output,
        lowerHadamard(context, input, { ...transform.parameters, isForward, key }),
      );
    }
    const source = {
      symbol: (path: readonly string[]) => context.symbol(path),
      resource: (name: string) => context.resource(name),
    };
    const read = readTransform(definition.attributes, source);
    if (isMismatch(read)) return refuse(read);
    const { size } = read;
    const matrix = matrixOf(read, direction);
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
    context.define(results.output, output);
  }),
];

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
