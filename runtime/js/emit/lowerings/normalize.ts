import { isDense } from "../../../../compiler/define/kernel.ts";
import { isMismatch, mismatch } from "../../../../compiler/define/op.ts";
import { rope as ropeOp } from "../../../../dialects/nn/ops/attention.ts";
import { embedding, gather } from "../../../../dialects/nn/ops/gather.ts";
import { layerNorm, rmsNorm } from "../../../../dialects/nn/ops/norm.ts";
import { logSoftmax, softmax } from "../../../../dialects/nn/ops/softmax.ts";
import { normalizeAxis } from "../../../../dialects/nn/shapes.ts";
import type { Extent } from "../../artifact/program.ts";
import { gatherRows } from "../../kernels/gather.ts";
import { rowNorm } from "../../kernels/norm.ts";
import { rope, ropeTable } from "../../kernels/rope.ts";
import { rowSoftmax } from "../../kernels/softmax.ts";
import { isKnown, known, scaled } from "../extents.ts";
import { bytesOfFloats, heldAs } from "../float-bytes.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import type { DenseValue } from "../values.ts";
import { shapeOf } from "./structure.ts";

/** An extent that a kernel is specialised to. */
export function fixed(context: LoweringContext, extent: Extent | undefined, what: string): number {
  const resolved = extent && context.resolve(extent);
  return resolved && isKnown(resolved)
    ? resolved.constant
    : refuse(
        mismatch("js-unsupported", `${what} must have a known extent`, { hint: "write it in the types" }),
      );
}

/** Ops on rows of the last axes, and those that turn or choose rows. */
export const normalizeLowerings: readonly OpLowering[] = [
  defineLowering(rmsNorm, ({ operands, attributes: { epsilon }, results }, context) => {
    const input = context.dense(operands.input);
    const width = fixed(context, input.shape.at(-1), "the last axis of nn.rms_norm");
    const gain = operands.gain === undefined ? undefined : context.dense(operands.gain);
    const kernel = rowNorm({ kind: "rms_norm", width, epsilon, gain: gain !== undefined, bias: false });
    const output = context.allocate("f32", input.shape);
    context.step(kernel, context.count(input.shape.slice(0, -1)), {
      input: input.address,
      output: output.address,
      ...(gain && { gain: gain.address }),
    });
    context.define(results.output, output);
  }),
  defineLowering(layerNorm, ({ operands, attributes, results }, context) => {
    const input = context.dense(operands.input);
    const axis = normalizeAxis(attributes.axis, input.shape.length);
    if (isMismatch(axis)) return refuse(axis);
    const width = fixed(
      context,
      context.count(input.shape.slice(axis)),
      "the normalized axes of nn.layer_norm",
    );
    const [gain, bias] = [operands.gain, operands.bias].map((id) =>
      id === undefined ? undefined : context.dense(id),
    );
    const { epsilon } = attributes;
    const kernel = rowNorm({
      kind: "layer_norm",
      width,
      epsilon,
      gain: gain !== undefined,
      bias: bias !== undefined,
    });
    const output = context.allocate("f32", input.shape);
    context.step(kernel, context.count(input.shape.slice(0, axis)), {
      input: input.address,
      output: output.address,
      ...(gain && { gain: gain.address }),
      ...(bias && { bias: bias.address }),
    });
    context.define(results.output, output);
  }),
  ...(
    [
      [softmax, "softmax"],
      [logSoftmax, "log_softmax"],
    ] as const
  ).map(([definition, kind]) =>
    defineLowering(definition, ({ operands, attributes, results }, context) => {
      const input = context.dense(operands.input);
      const axis = normalizeAxis(attributes.axis, input.shape.length);
      if (axis !== input.shape.length - 1)
        return refuse(
          mismatch("js-unsupported", `the js backend computes nn.${kind} along the last axis alone`, {
            hint: "transpose before and after it",
          }),
        );
      const width = fixed(context, input.shape.at(-1), `the last axis of nn.${kind}`);
      const output = context.allocate("f32", input.shape);
      context.step(rowSoftmax({ kind, width }), context.count(input.shape.slice(0, -1)), {
        input: input.address,
        output: output.address,
      });
      context.define(results.output, output);
    }),
  ),
  defineLowering(ropeOp, ({ operands, attributes: { theta, interleaved, pairs }, results }, context) => {
    const input = context.dense(operands.input);
    const [tokens, heads, width] = [
      input.shape[0]!,
      fixed(context, input.shape[1], "heads of nn.rope"),
      fixed(context, input.shape[2], "the width of heads of nn.rope"),
    ];
    const given = context.dense(operands.positions);
    context.unify(tokens, given.shape[0]!);
    const count = context.positions;
    const positions = context.within(given, 0, count - 1);
    const angles = { theta, width, pairs };
    const key = `rope ${theta} ${width} ${pairs?.join() ?? ""} ${count}`;
    const table = (part: "cosines" | "sines") =>
      context.constant(`${key} ${part}`, () => new Uint8Array(ropeTable(angles, count)[part].buffer));
    const output = context.allocate("f32", input.shape);
    context.step(rope({ heads, width, interleaved }), tokens, {
      input: input.address,
      output: output.address,
      positions: positions.address,
      cosines: table("cosines"),
      sines: table("sines"),
    });
    context.define(results.output, output);
  }),
  defineLowering(embedding, ({ operands, results }, context) => {
    const [size, inner] = shapeOf(context, operands.table).map((extent) =>
      fixed(context, extent, "the table of nn.embedding"),
    );
    const indices = context.dense(operands.tokens);
    const parts = { outer: 1, size: size!, inner: inner!, least: 0 };
    const output = gathered(context, operands.table, indices, parts);
    context.define(results.output, { ...output, shape: [...indices.shape, ...output.shape.slice(-1)] });
  }),
  defineLowering(gather, ({ operands, attributes, results }, context) => {
    const shape = shapeOf(context, operands.table);
    const axis = normalizeAxis(attributes.axis, shape.length);
    if (isMismatch(axis)) return refuse(axis);
    const extents = shape.map((extent) => fixed(context, extent, "the table of nn.gather"));
    const product = (some: readonly number[]) => some.reduce((total, extent) => total * extent, 1);
    const parts = {
      outer: product(extents.slice(0, axis)),
      size: extents[axis]!,
      inner: product(extents.slice(axis + 1)),
      least: -extents[axis]!,
    };
    const indices = context.dense(operands.indices);
    const output = gathered(context, operands.table, indices, parts);
    context.define(results.output, { ...output, shape: shape.toSpliced(axis, 1, ...indices.shape) });
  }),
];

interface GatherParts {
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  /** The least index: negative ones count from the end. */
  readonly least: number;
}

/** Rows of a table, which is kept as narrow as it is stored. */
function gathered(
  context: LoweringContext,
  table: Parameters<LoweringContext["value"]>[0],
  given: DenseValue,
  { outer, size, inner, least }: GatherParts,
): DenseValue {
  const indices = context.within(given, least, size - 1);
  const count = context.count(indices.shape);
  const value = context.value(table);
  const held = value.kind === "known" ? heldAs(value.type) : "f32";
  const floats = value.kind === "known" && isDense(value.value) ? value.value.data : undefined;
  const address =
    value.kind === "known" && floats instanceof Float32Array
      ? context.constant(`${value.key} as ${held}`, () => bytesOfFloats(floats, held))
      : context.dense(table).address;
  const element = value.kind === "dense" ? value.element : "f32";
  const output = context.allocate(element, [scaled(count, outer), known(inner)]);
  context.step(gatherRows({ held, size, inner }), output.shape[0]!, {
    table: address,
    indices: indices.address,
    output: output.address,
    count,
  });
  return output;
}
