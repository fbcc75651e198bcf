// RUN: narrow opt %s --pipeline "quantize-kv{keys=!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 4, 0>}"

// The shifted keys and a caller that wants floats get them dequantized.
// CHECK: func.func @decode
// CHECK-NEXT: %keys = kv.append(%past_keys, %k)
// CHECK-NEXT: %mixed = kv.attention(%q, %past_keys, %k, %past_values, %v)
// CHECK-NEXT: [[K:%.*]] = lowp.dequantize(%keys) : tensor<?x2x32xf32>
// CHECK-NEXT: %shifted = nn.neg([[K]])
// CHECK-NEXT: return %mixed, %keys, %shifted
// CHECK: func.func @main
// CHECK: [[EMPTY:%.*]] = lowp.quantize(%past) : tensor<?x2x32x!lowp.ring
// CHECK-NEXT: %mixed, %next, %shifted = func.call(@decode, [%q, %k, %v, [[EMPTY]], %past])
// CHECK-NEXT: [[NEXT:%.*]] = lowp.dequantize(%next) : tensor<?x2x32xf32>
// CHECK-NEXT: nn.neg([[NEXT]])
func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  %shifted = nn.neg(%keys) : tensor<?x2x32xf32>
  return %mixed, %keys, %shifted : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>) {
  %past = nn.neg(%k) : tensor<?x2x32xf32>
  %mixed, %next, %shifted = func.call(@decode, [%q, %k, %v, %past, %past]) : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
  %back = nn.neg(%next) : tensor<?x2x32xf32>
  return %mixed, %back : tensor<?x4x32xf32>, tensor<?x2x32xf32>
}
