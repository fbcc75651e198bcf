import { elementCount } from "../../numeric/tensor.ts";

/** The header of a llama2.c checkpoint, all sizes positive. */
export interface Llama2cConfig {
  readonly dimension: number;
  readonly hiddenDimension: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly keyValueHeadCount: number;
  readonly vocabularySize: number;
  readonly sequenceLength: number;
  /** Whether the classifier is the embedding table; if not, the file ends in `wcls`. */
  readonly sharedClassifier: boolean;
}

/** Where one f32 tensor lies; matrices are row-major [out, in]. */
export interface Llama2cEntry {
  readonly shape: readonly number[];
  /** From the start of the file. */
  readonly byteOffset: number;
  readonly byteLength: number;
}

/** Seven int32. */
export const headerLength = 28;

interface Section {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whether the section holds one tensor of this shape for each layer. */
  readonly perLayer: boolean;
  readonly skipped?: boolean;
}

/** The sections in file order (karpathy/llama2.c, run.c `memory_map_weights`). */
function sectionsOf(config: Llama2cConfig): readonly Section[] {
  const { dimension, hiddenDimension, headCount, keyValueHeadCount, vocabularySize, sequenceLength } = config;
  const headSize = dimension / headCount;
  const keyValueSize = headSize * keyValueHeadCount;
  const layered = (name: string, ...shape: readonly number[]): Section => ({ name, shape, perLayer: true });
  const single = (name: string, ...shape: readonly number[]): Section => ({ name, shape, perLayer: false });
  return [
    single("tok_embeddings", vocabularySize, dimension),
    layered("rms_att", dimension),
    layered("wq", dimension, dimension),
    layered("wk", keyValueSize, dimension),
    layered("wv", keyValueSize, dimension),
    layered("wo", dimension, dimension),
    layered("rms_ffn", dimension),
    layered("w1", hiddenDimension, dimension),
    layered("w2", dimension, hiddenDimension),
    layered("w3", hiddenDimension, dimension),
    single("rms_final", dimension),
    // Cosines and sines of the rotary embedding: kept by the format, unused since llama2.c computes them.
    { ...single("freq_cis_real", sequenceLength, headSize / 2), skipped: true },
    { ...single("freq_cis_imag", sequenceLength, headSize / 2), skipped: true },
    ...(config.sharedClassifier ? [] : [single("wcls", vocabularySize, dimension)]),
  ];
}

const bytesOf = (shape: readonly number[]): number => 4 * elementCount(shape);

/** The length in bytes of a whole file with this header. */
export const expectedLength = (config: Llama2cConfig): number =>
  sectionsOf(config).reduce(
    (sum, { shape, perLayer }) => sum + bytesOf(shape) * (perLayer ? config.layerCount : 1),
    headerLength,
  );

/** Each tensor's place by name, in file order; a layer's tensors are named like `layers.0.wq`. */
export function layoutOf(config: Llama2cConfig): ReadonlyMap<string, Llama2cEntry> {
  const entries = new Map<string, Llama2cEntry>();
  let byteOffset = headerLength;
  for (const { name, shape, perLayer, skipped } of sectionsOf(config)) {
    const byteLength = bytesOf(shape);
    for (let layer = 0; layer < (perLayer ? config.layerCount : 1); layer++) {
      const fullName = perLayer ? `layers.${layer}.${name}` : name;
      if (skipped !== true) entries.set(fullName, { shape, byteOffset, byteLength });
      byteOffset += byteLength;
    }
  }
  return entries;
}
