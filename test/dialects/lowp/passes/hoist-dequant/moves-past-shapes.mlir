// RUN: narrow opt %s --pipeline hoist-dequant --check-contracts
// RUN[TOLD]: narrow opt %s --pipeline hoist-dequant --explain hoist-dequant --verify-diagnostics

// A weight that is turned, split and joined on its way into a linear op stays codes all the way.
// CHECK-LABEL: func.func @weights
// CHECK-NOT: lowp.dequantize
// CHECK: lowp.transpose(%a)
// CHECK: lowp.reshape
// CHECK: lowp.linear
// CHECK: return
// expected-remark@unknown {{transpose-codes applied: those who use it take codes}}
// expected-remark@unknown {{reshape-codes applied: those who use it take codes}}
// expected-remark@unknown {{linear-on-codes applied: 1 row (assumed), groups of 4: 0.5 a weight to scale sums, 1 to dequantize}}
func.func @weights(%x: tensor<?x8xf32>, %v: tensor<4x2x6xf32>) -> tensor<?x6xf32> {
  %a = lowp.quantize(%v) : tensor<4x2x6x!lowp.q<i4, block = [4, 1, 1], scale = f32>>
  %n = lowp.dequantize(%a) : tensor<4x2x6xf32>
  // expected-remark@+1 {{transpose-codes at nn.transpose %t: applied}}
  %t = nn.transpose(%n) {permutation = [2, 1, 0]} : tensor<6x2x4xf32>
  // expected-remark@+1 {{reshape-codes at nn.reshape %w: applied}}
  %w = nn.reshape(%t) {shape = [6, 8]} : tensor<6x8xf32>
  // expected-remark@+2 {{linear-on-codes at nn.linear %y: applied}}
  // expected-remark@+1 {{linear-of-codes at lowp.linear %y: matched 0 of 1}}
  %y = nn.linear(%x, %w) : tensor<?x6xf32>
  // expected-remark@-9 {{drop-requantization at lowp.quantize %a: matched 0 of 4}}
  return %y : tensor<?x6xf32>
}
