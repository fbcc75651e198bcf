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
${declarationsOf(blockShapes)}

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

/** A block around a residual stream: two gated networks behind norms with gains, one where attention would be. */
const streamShapes = {
  table: [8, 128],
  first: [128],
  "layers.0.self_attn.k_proj": [64, 128],
  "layers.0.self_attn.v_proj": [64, 128],
  "layers.0.self_attn.o_proj": [128, 64],
  norm: [128],
  "layers.0.mlp.gate_proj": [64, 128],
  "layers.0.mlp.up_proj": [64, 128],
  "layers.0.mlp.down_proj": [128, 64],
  last: [128],
  head: [8, 128],
} as const;

const stream = `module attributes {nn.tokenizer = "bytes", nn.context = 4} {
${declarationsOf(streamShapes)}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x128xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g_first = lowp.get(@first) : tensor<128xf32>
    %a = nn.rms_norm(%e, %g_first) : tensor<?x128xf32>
    %w_k = lowp.get(@layers.0.self_attn.k_proj) : tensor<64x128xf32>
    %k = nn.linear(%a, %w_k) : tensor<?x64xf32>
    %w_v = lowp.get(@layers.0.self_attn.v_proj) : tensor<64x128xf32>
    %v = nn.linear(%a, %w_v) : tensor<?x64xf32>
    %keyed = nn.silu(%k) : tensor<?x64xf32>
    %mixed = nn.mul(%keyed, %v) : tensor<?x64xf32>
    %w_o = lowp.get(@layers.0.self_attn.o_proj) : tensor<128x64xf32>
    %o = nn.linear(%mixed, %w_o) : tensor<?x128xf32>
    %x = nn.add(%e, %o) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %w_gate = lowp.get(@layers.0.mlp.gate_proj) : tensor<64x128xf32>
    %gate = nn.linear(%n, %w_gate) : tensor<?x64xf32>
    %w_up = lowp.get(@layers.0.mlp.up_proj) : tensor<64x128xf32>
    %up = nn.linear(%n, %w_up) : tensor<?x64xf32>
    %active = nn.silu(%gate) : tensor<?x64xf32>
    %gated = nn.mul(%active, %up) : tensor<?x64xf32>
    %w_down = lowp.get(@layers.0.mlp.down_proj) : tensor<128x64xf32>
    %down = nn.linear(%gated, %w_down) : tensor<?x128xf32>
    %y = nn.add(%x, %down) : tensor<?x128xf32>
    %g_last = lowp.get(@last) : tensor<128xf32>
    %m = nn.rms_norm(%y, %g_last) : tensor<?x128xf32>
    %w = lowp.get(@head) : tensor<8x128xf32>
    %z = nn.linear(%m, %w) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
`;

const hexOf = (values: Float32Array): string =>
  `0x04000000${Buffer.from(values.buffer).toString("hex").toUpperCase()}`;

type Shapes = Readonly<Record<string, readonly number[]>>;

function declarationsOf(shapes: Shapes): string {
  return Object.entries(shapes)
    .map(
      ([name, shape]) => `  lowp.param @${name} : tensor<${shape.join("x")}xf32> = dense_resource<${name}>`,
    )
    .join("\n");
}

const withWeights = (program: string, shapes: Shapes): string => {
  const weights = Object.entries(shapes).map(
    ([name, shape], seed) => `      ${name}: "${hexOf(valuesOf(name, shape, seed))}"`,
  );
  return `${program}\n{-#\n  dialect_resources: {\n    builtin: {\n${weights.join(",\n")}\n    }\n  }\n#-}\n`;
};

const blockModel = withWeights(block, blockShapes);

/** What the recipes of a dialect are shown on, by dialect. */
export const recipeModels: Readonly<Record<string, string>> = {
  lowp: blockModel,
  sparse: blockModel,
  rot: withWeights(stream, streamShapes),
  kv: cache,
};
