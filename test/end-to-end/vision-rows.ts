/** Networks of the reference tables: rows of matrices alone, or kernels of convolutions and one linear op. */
type Network = "mlp" | "resnet";

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

/** Inputs of each image, or of all, under one scale; the linear op of the residual network is called fc. */
function inputs(network: Network, element: string, block: "1" | "*", mode: string): string {
  const type = (rest: string) => `!lowp.q<${element}, block = [${block}, ${rest}], scale = f32>`;
  const pass = (rest: string, where: string) =>
    `quantize-activations{type=${type(rest)} mode=${mode}${where}}`;
  if (network === "mlp") return pass("*", "");
  return [pass("*, *, *", ' skip=["fc.*"]'), pass("*", ' only=["fc.*"]')].join(",");
}

const plain = /^W(?<bits>\d) (?<how>RTN|GPTQ) (?<scales>sym|mse) (?<group>row|g32)$/;
const both = /^W(?<bits>\d)row A(?<inputBits>\d) per-tensor (?<mode>dynamic|static)/;

/** The pipeline that reproduces a row of the reference; undefined for one it does not know. */
export function visionPipeline(network: Network, row: string): string | undefined {
  const scheme = schemeOf(network, row);
  return scheme && (network === "resnet" ? `fold-batch-norm,${scheme}` : scheme);
}

function schemeOf(network: Network, row: string): string | undefined {
  if (row === "MXFP4 weights") return weights(MXFP4);
  if (row === "NVFP4 weights") return weights(NVFP4);
  if (row === "MXFP4 W+A" || row === "NVFP4 W+A") return floatInputs(row === "MXFP4 W+A" ? MXFP4 : NVFP4);
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
  const { bits, inputBits, mode } = mixed;
  const perImage = inputs(network, symmetric(inputBits!), mode === "static" ? "*" : "1", mode!);
  return `${perImage},${weights(weightType(symmetric(bits!), "*"))}`;
}

/** Images are rows, so that blocks of inputs are those of weights; the outer scale of NVFP4 is one per image. */
function floatInputs(type: string): string {
  const perImage = type.replace("block = [*, *], scale = f32", "block = [1, *], scale = f32");
  return `quantize-activations{type=${perImage}},${weights(type)}`;
}
