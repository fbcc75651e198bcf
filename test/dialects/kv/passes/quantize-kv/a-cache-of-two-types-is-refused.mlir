// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16> values=!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>}"

// expected-error@+1 {{%past of @main would be a cache of two types}}
func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
