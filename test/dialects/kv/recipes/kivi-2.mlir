// RUN: narrow opt %s --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16, tail = short> values=!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16, tail = short> window=128 tail=f16}"

func.func private @layer(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %keys: tensor<?x2x32xf32>, %values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %mixed, %next_keys, %next_values = func.call(@layer, [%q, %k, %v, %keys, %values]) : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  return %mixed, %next_keys, %next_values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
