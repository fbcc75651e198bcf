// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16> values=!lowp.q<ui2, block = [1, 1, 5], scale = f16> window=40}"

func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  // expected-error@+2 {{window 40 does not hold whole groups of 32 entries}}
  // expected-error@+1 {{block 5 does not divide extent 32 of axis 2}}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
