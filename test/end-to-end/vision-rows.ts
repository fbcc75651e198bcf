/** Networks of the reference tables: of matrices, of convolutions and one linear op, and of linear ops on tokens. */
type Network = "mlp" | "resnet" | "vit";

const symmetric = (bits: string | number): string => {
  const largest = 2 ** (Number(bits) - 1) - 1;
  return `i${bits}<-${largest}:${largest}>`;
};
/** A scheme for the weights, rows of [out, in · height · width]; a short last group is simply shorter. */
const weightType = (element: string, group: string, scale = "f32"): string =>
  `!lowp.q<${element}, block = [1, ${group}], scale = ${scale}, tail = short>`;
const MXFP4 = weightType("f4E2M1FN", "32", "f8E8M0FNU");
const NVFP4 = weightType("f4E2M1FN", "16", "!lowp.q<f8E4M3FN, block = [*, *], scale = f32>");

const weights = (type: string, solver?: string): string =>
  `quantize-weights{type=${type}${solver === undefined ? "" : ` solver=${solver}`}}`;

/** Inputs of one rank: which weights they meet, and the block of a token or group after the axis of images. */
interface Inputs {
  readonly where: string;
  readonly token: readonly string[];
}

/**
 * Of the networks with several ranks, the last linear op meets rows, and the first one of `vit` patches. Last ones
 * first: the reference finds static scales in floats, and a pass sees what the passes before it have quantized.
 */
const inputsOf: Record<Network, readonly Inputs[]> = {
  mlp: [{ where: "", token: ["*"] }],
  resnet: [
    { where: ' only=["fc.*"]', token: ["*"] },
    { where: ' skip=["fc.*"]', token: ["*", "*", "*"] },
  ],
  vit: [
    { where: ' only=["head.*"]', token: ["*"] },
    { where: ' only=["blocks.*"]', token: ["1", "*"] },
    { where: ' only=["patch.*"]', token: ["1", "4", "4"] },
  ],
};

/** Inputs under one scale each token, each image, or all together. */
type Sharing = "token" | "image" | "all";

const inputs = (network: Network, element: string, sharing: Sharing, mode: string): string =>
  inputsOf[network]
    .map(({ where, token }) => {
      const rest = sharing === "token" ? token : token.map(() => "*");
      const block = [sharing === "all" ? "*" : "1", ...rest].join(", ");
      return `quantize-activations{type=!lowp.q<${element}, block = [${block}], scale = f32> mode=${mode}${where}}`;
    })
    .join(",");

const plain = /^W(?<bits>\d) (?<how>RTN|GPTQ) (?<scales>sym|mse) (?<group>row|g32)$/;
const both =
  /^W(?<bits>\d)(?<group>row|g32) A(?<inputBits>\d) per-(?<sharing>token|tensor)( (?<mode>dynamic|static))?/;

/** The pipeline that reproduces a row of the reference; undefined for one it does not know. */
export function visionPipeline(network: Network, row: string): string | undefined {
  const scheme = schemeOf(network, row);
  return scheme && (network === "resnet" ? `fold-batch-norm,${scheme}` : scheme);
}

function schemeOf(network: Network, row: string): string | undefined {
  if (row === "MXFP4 weights") return weights(MXFP4);
  if (row === "NVFP4 weights") return weights(NVFP4);
  if (row === "MXFP4 W+A") return `${groupedInputs(network, "32", mxfp4Scale)},${weights(MXFP4)}`;
  if (row === "NVFP4 W+A") return `${groupedInputs(network, "16", nvfp4Scale)},${weights(NVFP4)}`;
  const simple = plain.exec(row)?.groups;
  if (simple) {
    const { bits, how, scales, group } = simple;
    const type = weightType(symmetric(bits!), group === "row" ? "*" : "32");
    if (how === "RTN") return weights(type, scales === "mse" ? "mse-clip" : undefined);
    // The reference keeps zeros where the network was pruned.
    const options = [
      ...(scales === "mse" ? ["scales = mse"] : []),
      ...(network === "mlp" ? ["zeros = keep"] : []),
    ];
    return weights(type, options.length > 0 ? `gptq<${options.join(", ")}>` : "gptq");
  }
  const mixed = both.exec(row)?.groups;
  if (!mixed) return undefined;
  const { bits, group, inputBits, sharing, mode = "dynamic" } = mixed;
  const perTensor = mode === "static" ? "all" : "image";
  const codes = inputs(network, symmetric(inputBits!), sharing === "token" ? "token" : perTensor, mode);
  return `${codes},${weights(weightType(symmetric(bits!), group === "row" ? "*" : "32"))}`;
}

const mxfp4Scale = (): string => "f8E8M0FNU";
/** The outer scale of NVFP4 is one per image. */
const nvfp4Scale = (rank: number): string =>
  `!lowp.q<f8E4M3FN, block = [${["1", ...Array<string>(rank - 1).fill("*")].join(", ")}], scale = f32>`;

/** Groups of channels as those of weights; a patch of 4 x 4 pixels is one group. */
const groupedInputs = (network: Network, size: string, scaleOf: (rank: number) => string): string =>
  inputsOf[network]
    .map(({ where, token }) => {
      const block = ["1", ...token.map((extent) => (extent === "*" ? size : extent))].join(", ");
      const scale = scaleOf(token.length + 1);
      return `quantize-activations{type=!lowp.q<f4E2M1FN, block = [${block}], scale = ${scale}, tail = short>${where}}`;
    })
    .join(",");
