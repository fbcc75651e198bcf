// RUN: narrow opt %s --pipeline hoist-dequant

// CHECK-COUNT-1: lowp.get
// CHECK-COUNT-2: lowp.linear({{%[xa]}}, %q)
// CHECK-NOT: lowp.dequantize
lowp.param @w : tensor<32x32x!lowp.q<i4, block = [1, 32], scale = f16>>
func.func @main(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %q = lowp.get(@w) : tensor<32x32x!lowp.q<i4, block = [1, 32], scale = f16>>
  %w = lowp.dequantize(%q) : tensor<32x32xf32>
  %a = nn.linear(%x, %w) : tensor<?x32xf32>
  %b = nn.linear(%a, %w) : tensor<?x32xf32>
  return %b : tensor<?x32xf32>
}
