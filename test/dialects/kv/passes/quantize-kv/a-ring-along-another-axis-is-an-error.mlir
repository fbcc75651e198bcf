// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-kv{keys=!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16>, f32, 0, 1>}"

func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  // expected-error@+1 {{a cache grows along axis 0, but the ring along axis 1}}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
