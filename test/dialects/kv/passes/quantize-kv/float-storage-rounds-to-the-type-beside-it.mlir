// RUN: narrow opt %s --pipeline "quantize-kv{keys=allocated storage=float}"

// CHECK: func.func @a
// CHECK: lowp.quantize(%keys) : tensor<?x2x32x!lowp.q<ui4, block = [1, 1, 32], scale = f16, shift = f16>>
// CHECK: func.func @b
// CHECK: lowp.quantize(%keys) : tensor<?x2x32x!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>>
// CHECK-NOT: kv.keys
func.func @a(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true, kv.keys = !lowp.q<ui4, block = [1, 1, 32], scale = f16, shift = f16>} : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
func.func @b(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true, kv.keys = !lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>} : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
