// RUN: narrow opt %s --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16> values=!lowp.q<ui8, block = [1, 1, 32], scale = f16, shift = f16>}"

// The keys that one call returns are the values of the next.
// CHECK: func.func @main
// CHECK-NEXT: %mixed, %keys, %values = func.call(@decode, [%q, %k, %v, %past, %other])
// CHECK-NEXT: [[FLOATS:%.*]] = lowp.dequantize(%keys) : tensor<?x2x32xf32>
// CHECK-NEXT: [[VALUES:%.*]] = lowp.quantize([[FLOATS]]) : tensor<?x2x32x!lowp.ring<!lowp.q<ui8, {{.*}}
// CHECK-NEXT: func.call(@decode, [%q, %k, %v, %keys, [[VALUES]]])
func.func private @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past: tensor<?x2x32xf32>, %other: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %mixed, %keys, %values = func.call(@decode, [%q, %k, %v, %past, %other]) : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  %again, %more_keys, %more_values = func.call(@decode, [%q, %k, %v, %keys, %keys]) : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  return %again : tensor<?x4x32xf32>
}
