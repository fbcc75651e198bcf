import { relative } from "node:path";
import { sha256 } from "../../compiler/cli/constant-host.ts";
import { openSafetensors, type SafetensorsFile } from "../../compiler/import/safetensors/read.ts";
import { expectValue } from "../compiler/import/files.ts";

/** The architectures of the reference. */
export type Architecture = "mlp" | "resnet" | "vit";

/** A value of the function's body; -1 counts the images. */
interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

const typeOf = (shape: readonly number[]): string =>
  `tensor<${[...shape.map((extent) => (extent < 0 ? "?" : extent)), "f32"].join("x")}>`;

/** The lines of a function, every value numbered. */
class Body {
  readonly #file: SafetensorsFile;
  readonly lines: string[] = [];

  constructor(file: SafetensorsFile) {
    this.#file = file;
  }

  op(op: string, operands: readonly Value[], shape: readonly number[], attributes = ""): Value {
    const names = operands.map(({ name }) => name).join(", ");
    return this.#push(shape, `nn.${op}(${names})${attributes && ` {${attributes}}`}`);
  }

  param(name: string): Value {
    return this.#push(this.#file.tensors.get(name)!.shape, `lowp.get(@${name})`);
  }

  relu = (input: Value): Value => this.op("relu", [input], input.shape);
  add = (left: Value, right: Value): Value => this.op("add", [left, right], left.shape);
  reshape = (input: Value, shape: readonly number[]): Value =>
    this.op("reshape", [input], shape, `shape = [${shape.join(", ")}]`);
  transpose = (input: Value, permutation: readonly number[]): Value => {
    const shape = permutation.map((axis) => input.shape[axis]!);
    return this.op("transpose", [input], shape, `permutation = [${permutation.join(", ")}]`);
  };

  /** A linear op on the parameters `name`.weight and `name`.bias. */
  linear(name: string, input: Value): Value {
    const weight = this.param(`${name}.weight`);
    const shape = [...input.shape.slice(0, -1), weight.shape[0]!];
    return this.op("linear", [input, weight, this.param(`${name}.bias`)], shape);
  }

  #push(shape: readonly number[], text: string): Value {
    const name = `%v${this.lines.length}`;
    this.lines.push(`  ${name} = ${text} : ${typeOf(shape)}`);
    return { name, shape };
  }
}

/** The text of a network from images [N, 1, 28, 28] to logits [N, 10], of weights that stay in `path`. */
export function visionModule(architecture: Architecture, path: string, folder: string): string {
  const file = expectValue(openSafetensors(path));
  const body = new Body(file);
  const images = { name: "%images", shape: [-1, 1, 28, 28] };
  const logits = networks[architecture](body, images);
  const names = [...file.tensors];
  const params = names.map(
    ([name, { shape }]) => `lowp.param @${name} : ${typeOf(shape)} = dense_resource<${name}>`,
  );
  const from = relative(folder, path);
  const resources = names.map(
    ([name, { byteLength }]) =>
      `      ${name}: "${from}#${name}, ${byteLength} bytes, sha256 ${sha256(file.read(name))}"`,
  );
  file.close();
  return [
    ...params,
    `func.func @main(%images: ${typeOf(images.shape)}) -> ${typeOf(logits.shape)} {`,
    ...body.lines,
    `  return ${logits.name} : ${typeOf(logits.shape)}`,
    "}",
    `{-#\n  external_resources: {\n    narrow: {\n${resources.join(",\n")}\n    }\n  }\n#-}\n`,
  ].join("\n");
}

const networks: Record<Architecture, (body: Body, images: Value) => Value> = { mlp, resnet, vit };

function mlp(body: Body, images: Value): Value {
  const first = body.relu(body.linear("fc1", body.reshape(images, [-1, 784])));
  return body.linear("fc3", body.relu(body.linear("fc2", first)));
}

/** A stem, three blocks of two convolutions, the mean of each channel and a linear op. */
function resnet(body: Body, images: Value): Value {
  let x = body.relu(normalizedConvolution(body, "conv", "bn", images, { stride: 1, pad: 1 }));
  for (const [name, stride] of [
    ["s1", 1],
    ["s2", 2],
    ["s3", 2],
  ] as const) {
    const conv = (part: string, norm: string, input: Value, strideOfPart: number, pad: number) =>
      normalizedConvolution(body, `${name}.${part}`, `${name}.${norm}`, input, { stride: strideOfPart, pad });
    const inner = body.relu(conv("conv1", "bn1", x, stride, 1));
    const outer = conv("conv2", "bn2", inner, 1, 1);
    x = body.relu(body.add(outer, stride === 1 ? x : conv("down.0", "down.1", x, stride, 0)));
  }
  const pooled = body.op("global_average_pool", [x], [-1, 64, 1, 1]);
  return body.linear("fc", body.reshape(pooled, [-1, 64]));
}

function normalizedConvolution(
  body: Body,
  name: string,
  norm: string,
  input: Value,
  { stride, pad }: { readonly stride: number; readonly pad: number },
): Value {
  const weight = body.param(`${name}.weight`);
  const side = input.shape[2]! / stride;
  const shape = [-1, weight.shape[0]!, side, side];
  const attributes = `pads = [${Array(4).fill(pad).join(", ")}], strides = [${stride}, ${stride}]`;
  const convolved = body.op("conv2d", [input, weight], shape, attributes);
  const statistics = ["weight", "bias", "running_mean", "running_var"].map((part) =>
    body.param(`${norm}.${part}`),
  );
  return body.op("batch_norm", [convolved, ...statistics], shape);
}

const [TOKENS, HEADS, CHANNELS] = [49, 4, 64];

/** Patches of 4 x 4 pixels with learned positions, four pre-norm blocks, and the mean over tokens. */
function vit(body: Body, images: Value): Value {
  const patch = [images, body.param("patch.weight"), body.param("patch.bias")];
  const patches = body.op("conv2d", patch, [-1, CHANNELS, 7, 7], "strides = [4, 4]");
  const tokens = body.transpose(body.reshape(patches, [-1, CHANNELS, TOKENS]), [0, 2, 1]);
  let x = body.add(tokens, body.param("pos"));
  for (let block = 0; block < 4; block++) {
    const name = `blocks.${block}`;
    x = body.add(x, attention(body, name, layerNorm(body, `${name}.norm1`, x)));
    const inner = body.linear(`${name}.fc1`, layerNorm(body, `${name}.norm2`, x));
    x = body.add(x, body.linear(`${name}.fc2`, body.op("gelu", [inner], inner.shape)));
  }
  const mean = body.op("mean", [layerNorm(body, "norm", x)], [-1, CHANNELS], "axes = [1]");
  return body.linear("head", mean);
}

const layerNorm = (body: Body, name: string, input: Value): Value =>
  body.op(
    "layer_norm",
    [input, body.param(`${name}.weight`), body.param(`${name}.bias`)],
    input.shape,
    "epsilon = 1.0e-6",
  );

/** Over the tokens of each image; nn.attention knows one sequence, so it is spelled out. */
function attention(body: Body, name: string, input: Value): Value {
  const channels = CHANNELS / HEADS;
  const joined = body.linear(`${name}.qkv`, input);
  const part = (index: number, permutation: readonly number[]) => {
    const where = `starts = [0, 0, ${index * CHANNELS}], sizes = [-1, ${TOKENS}, ${CHANNELS}]`;
    const flat = body.op("slice", [joined], [-1, TOKENS, CHANNELS], where);
    return body.transpose(body.reshape(flat, [-1, TOKENS, HEADS, channels]), permutation);
  };
  const [queries, keys, values] = [part(0, [0, 2, 1, 3]), part(1, [0, 2, 3, 1]), part(2, [0, 2, 1, 3])];
  const square = [-1, HEADS, TOKENS, TOKENS];
  const scale = body.op("constant", [], [], `value = dense<${channels ** -0.5}> : tensor<f32>`);
  const scores = body.op("mul", [body.op("matmul", [queries, keys], square), scale], square);
  const mixed = body.op("matmul", [body.op("softmax", [scores], square), values], queries.shape);
  return body.linear(
    `${name}.proj`,
    body.reshape(body.transpose(mixed, [0, 2, 1, 3]), [-1, TOKENS, CHANNELS]),
  );
}
