// RUN: narrow opt %s --pipeline hoist-dequant

// Two linears share a weight that is also returned: both work on codes, and the numbers are still made once.
// CHECK: %q = lowp.get(@w)
// CHECK-NEXT: %w = lowp.dequantize(%q)
// CHECK-NEXT: %a = lowp.linear(%x, %q)
// CHECK-NEXT: %b = lowp.linear(%a, %q)
// CHECK-NEXT: return %b, %w
lowp.param @w : tensor<32x32x!lowp.q<i4, block = [1, 32], scale = f16>>
func.func @main(%x: tensor<?x32xf32>) -> (tensor<?x32xf32>, tensor<32x32xf32>) {
  %q = lowp.get(@w) : tensor<32x32x!lowp.q<i4, block = [1, 32], scale = f16>>
  %w = lowp.dequantize(%q) : tensor<32x32xf32>
  %a = nn.linear(%x, %w) : tensor<?x32xf32>
  %b = nn.linear(%a, %w) : tensor<?x32xf32>
  return %b, %w : tensor<?x32xf32>, tensor<32x32xf32>
}
