import type { Activations, Shape } from "./cases.ts";
import type { Graph, Initializer, Node } from "./onnx.ts";
import { type Codes, transposed, type Weight } from "./weight.ts";

/** The same linear op for ONNX Runtime, with the ops its own quantizers write. */
export function onnxGraph({ rows, depth, columns }: Shape, weight: Weight, activations: Activations): Graph {
  const { codes } = weight;
  const parts = !codes
    ? matMul(weight)
    : codes.bits === 8
      ? matMulInteger(weight, codes)
      : matMulNBits(weight, codes, activations);
  return { input: [rows, depth], output: [rows, columns], ...parts };
}

type Parts = Pick<Graph, "initializers" | "nodes">;

function matMul({ floats, depth, columns }: Weight): Parts {
  const data = transposed(new Float32Array(floats.length), floats, depth);
  return {
    initializers: [{ name: "w", element: "f32", shape: [depth, columns], data }],
    nodes: [{ op: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
  };
}

/** Inputs of 8 bits with one scale and zero point for all of them, as DynamicQuantizeLinear has it. */
function matMulInteger({ depth, columns }: Weight, { integers, scales }: Codes): Parts {
  const data = transposed(new Int8Array(integers.length), integers, depth);
  const initializers: readonly Initializer[] = [
    { name: "w", element: "i8", shape: [depth, columns], data },
    { name: "scales", element: "f32", shape: [columns], data: scales },
  ];
  const nodes: readonly Node[] = [
    { op: "DynamicQuantizeLinear", inputs: ["x"], outputs: ["codes", "scale", "zero"] },
    { op: "MatMulInteger", inputs: ["codes", "w", "zero"], outputs: ["sums"] },
    { op: "Cast", inputs: ["sums"], outputs: ["floats"], integers: { to: 1 } },
    { op: "Mul", inputs: ["scale", "scales"], outputs: ["factors"] },
    { op: "Mul", inputs: ["floats", "factors"], outputs: ["y"] },
  ];
  return { initializers, nodes };
}

/** What accuracy_level says of inputs: taken as floats, or rounded to 8 bits per block of weights. */
const accuracyLevel = { f32: 0, i14: 0, i8: 4 } as const;

function matMulNBits({ depth, columns }: Weight, codes: Codes, activations: Activations): Parts {
  const { bits, run, scales } = codes;
  const blocks = Math.ceil(depth / run);
  const bytes = (run * bits) / 8;
  const initializers: readonly Initializer[] = [
    { name: "w", element: "u8", shape: [columns, blocks, bytes], data: packedCodes(codes) },
    { name: "scales", element: "f32", shape: [columns, blocks], data: scales },
  ];
  const node: Node = {
    op: "MatMulNBits",
    domain: "com.microsoft",
    inputs: ["x", "w", "scales"],
    outputs: ["y"],
    integers: { K: depth, N: columns, bits, block_size: run, accuracy_level: accuracyLevel[activations] },
  };
  return { initializers, nodes: [node] };
}

/** Codes above the zero point that is meant where none is given, half the range; low bits first. */
export function packedCodes({ bits, integers }: Codes): Uint8Array {
  const perByte = 8 / bits;
  const zero = 2 ** (bits - 1);
  const packed = new Uint8Array(integers.length / perByte);
  for (const [i, integer] of integers.entries())
    packed[Math.floor(i / perByte)]! |= (integer + zero) << (bits * (i % perByte));
  return packed;
}
