// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>}"

func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf16>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf16>, %past_values: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf16>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  // expected-error@+1 {{the keys of this attention are no cache: they are tensor<?x2x32xf16>, and rings read as f32}}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
