/** Weights of one block, wide enough for groups of 128, of every kind that recipes tell apart. */
const blockShapes = {
  table: [8, 128],
  norm: [128],
  "layers.0.self_attn.k_proj": [128, 128],
  "layers.0.self_attn.v_proj": [128, 128],
  "layers.0.self_attn.o_proj": [16, 128],
  "layers.0.mlp.up_proj": [16, 128],
  head: [8, 16],
} as const;

/** A model of eight tokens: three linears behind a norm, whose scales fold into its gain, and one behind a product. */
const block = `module attributes {nn.tokenizer = "bytes", nn.context = 4} {
${Object.entries(blockShapes)
  .map(([name, shape]) => `  lowp.param @${name} : tensor<${shape.join("x")}xf32> = dense_resource<${name}>`)
  .join("\n")}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x128xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %w_k = lowp.get(@layers.0.self_attn.k_proj) : tensor<128x128xf32>
    %k = nn.linear(%n, %w_k) : tensor<?x128xf32>
    %w_v = lowp.get(@layers.0.self_attn.v_proj) : tensor<128x128xf32>
    %v = nn.linear(%n, %w_v) : tensor<?x128xf32>
    %active = nn.silu(%k) : tensor<?x128xf32>
    %mixed = nn.mul(%active, %v) : tensor<?x128xf32>
    %w_o = lowp.get(@layers.0.self_attn.o_proj) : tensor<16x128xf32>
    %o = nn.linear(%mixed, %w_o) : tensor<?x16xf32>
    %w_up = lowp.get(@layers.0.mlp.up_proj) : tensor<16x128xf32>
    %up = nn.linear(%n, %w_up) : tensor<?x16xf32>
    %y = nn.add(%o, %up) : tensor<?x16xf32>
    %w = lowp.get(@head) : tensor<8x16xf32>
    %z = nn.linear(%y, %w) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
`;

/** A decoding step whose caches go through a function. */
const cache = `func.func private @layer(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %keys: tensor<?x2x32xf32>, %values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %mixed, %next_keys, %next_values = func.call(@layer, [%q, %k, %v, %keys, %values]) : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  return %mixed, %next_keys, %next_values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
`;

/** Channel 5 of the gain is an outlier, past the threshold of LLM.int8(); other values come from their place alone. */
function valuesOf(name: string, shape: readonly number[], seed: number): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count }, (_, i) =>
    name === "norm" ? (i === 5 ? 12 : 1) : Math.sin(i * i + seed) / 16,
  );
}

const hexOf = (values: Float32Array): string =>
  `0x04000000${Buffer.from(values.buffer).toString("hex").toUpperCase()}`;

const blockWeights = Object.entries(blockShapes).map(
  ([name, shape], seed) => `      ${name}: "${hexOf(valuesOf(name, shape, seed))}"`,
);

const blockModel = `${block}\n{-#\n  dialect_resources: {\n    builtin: {\n${blockWeights.join(",\n")}\n    }\n  }\n#-}\n`;

/** What the recipes of a dialect are shown on, by dialect. */
export const recipeModels: Readonly<Record<string, string>> = {
  lowp: blockModel,
  sparse: blockModel,
  kv: cache,
};
