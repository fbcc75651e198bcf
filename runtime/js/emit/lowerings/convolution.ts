import { isDense } from "../../../../compiler/define/kernel.ts";
import { mismatch, type OperandsOf } from "../../../../compiler/define/op.ts";
import type { ValueId } from "../../../../compiler/ir/module.ts";
import { convolution as fusedConvolution } from "../../../../dialects/js/convolution.ts";
import { conv2d } from "../../../../dialects/nn/ops/convolution.ts";
import type { Activation } from "../../kernels/activation.ts";
import { type Convolution, convolution } from "../../kernels/linear/convolution.ts";
import { known, scaled } from "../extents.ts";
import { defineLowering, type LoweringContext, type OpLowering, refuse } from "../lowering.ts";
import { fixed } from "./normalize.ts";
import { imageOf } from "./vision.ts";

export const convolutionLowerings: readonly OpLowering[] = [
  defineLowering(conv2d, ({ operands, attributes, results }, context) =>
    lowerConvolution(context, { ...operands, ...results, residual: undefined }, attributes, undefined),
  ),
  defineLowering(fusedConvolution, ({ operands, attributes: { activation, ...window }, results }, context) =>
    lowerConvolution(context, { ...operands, ...results }, window, activation),
  ),
];

type Window = Pick<Convolution, "strides" | "pads" | "dilations" | "groups">;
type Images = OperandsOf<typeof fusedConvolution> & { readonly output: ValueId };

function lowerConvolution(
  context: LoweringContext,
  images: Images,
  window: Window,
  activation: Activation | undefined,
): void {
  const input = context.dense(images.input);
  const [channels, height, width] = input.shape
    .slice(1)
    .map((extent) => fixed(context, extent, "images of nn.conv2d"));
  const { key, value } = context.numbersOf(images.weight);
  if (!isDense(value) || !(value.data instanceof Float32Array))
    refuse(mismatch("js-unsupported", "the weight of nn.conv2d must be floats"));
  const [outputChannels = 0, , rows = 0, columns = 0] = value.shape;
  const [bias, residual] = [images.bias, images.residual].map((id) =>
    id === undefined ? undefined : context.dense(id),
  );
  const form = convolution({
    channels: channels!,
    height: height!,
    width: width!,
    outputChannels,
    kernel: [rows, columns],
    ...window,
    weight: value.data,
    epilogue: {
      bias: bias !== undefined,
      multiplier: false,
      residual: residual !== undefined,
      activation,
      activationLast: true,
    },
  });
  const [outputHeight, outputWidth] = imageOf(context, images.output);
  const shape = [input.shape[0]!, ...[outputChannels, outputHeight, outputWidth].map(known)];
  for (const [axis, extent] of (residual?.shape ?? []).entries()) context.unify(extent, shape[axis]!);
  const output = context.allocate("f32", shape);
  const batch = context.resolve(input.shape[0]!);
  const args = {
    input: input.address,
    weight: context.constant(`${key} for ${form.kernel.name}`, () => form.weight),
    output: output.address,
    workspace: context.workspace(form.workspace),
    ...(bias && { bias: bias.address }),
    ...(residual && { residual: residual.address }),
  };
  context.step(
    form.kernel,
    scaled(batch, form.unitsPerItem),
    args,
    scaled(batch, value.data.length * outputHeight * outputWidth),
  );
  context.define(images.output, output);
}
