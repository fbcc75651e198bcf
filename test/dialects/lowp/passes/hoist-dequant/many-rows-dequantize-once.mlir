// RUN: narrow opt %s --pipeline hoist-dequant
// RUN[MANY]: narrow opt %s --pipeline "hoist-dequant{rows = 17}"
// RUN[TOLD]: narrow opt %s --pipeline "hoist-dequant{rows = 17}" --explain hoist-dequant --verify-diagnostics

// Half a group of 32 are 16 rows: at 16 sums are scaled, at 17 weights. Of %x only the option knows.
// CHECK: %a = nn.linear(%s, %n)
// CHECK: %b = lowp.linear(%t, %w)
// CHECK: %c = lowp.linear(%x, %w)
// MANY: %a = nn.linear(%s, %n)
// MANY: %b = lowp.linear(%t, %w)
// MANY: %c = nn.linear(%x, %n)
// expected-remark@unknown {{linear-on-codes matched 1 of 2: expected sums that are cheaper to scale than weights, found 17 rows, groups of 32: 1.1 a weight to scale sums, 1 to dequantize}}
// expected-remark@unknown {{linear-on-codes applied: 16 rows, groups of 32: 1 a weight to scale sums, 1 to dequantize}}
// expected-remark@unknown {{linear-on-codes matched 1 of 2: expected sums that are cheaper to scale than weights, found 17 rows (assumed), groups of 32: 1.1 a weight to scale sums, 1 to dequantize}}
lowp.param @w : tensor<2x64x!lowp.q<i4, block = [1, 32], scale = f16>>
func.func @main(%x: tensor<?x64xf32>, %s: tensor<17x64xf32>, %t: tensor<4x4x64xf32>) -> (tensor<17x2xf32>, tensor<4x4x2xf32>, tensor<?x2xf32>) {
  %w = lowp.get(@w) : tensor<2x64x!lowp.q<i4, block = [1, 32], scale = f16>>
  %n = lowp.dequantize(%w) : tensor<2x64xf32>
  // expected-remark@+1 {{linear-on-codes at nn.linear %a: matched 1 of 2}}
  %a = nn.linear(%s, %n) : tensor<17x2xf32>
  // expected-remark@+2 {{linear-on-codes at nn.linear %b: applied}}
  // expected-remark@+1 {{linear-of-codes at lowp.linear %b: matched 0 of 1: expected a dequantized input, found %t, an argument}}
  %b = nn.linear(%t, %n) : tensor<4x4x2xf32>
  // expected-remark@+1 {{linear-on-codes at nn.linear %c: matched 1 of 2}}
  %c = nn.linear(%x, %n) : tensor<?x2xf32>
  return %a, %b, %c : tensor<17x2xf32>, tensor<4x4x2xf32>, tensor<?x2xf32>
}
