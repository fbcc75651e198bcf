// RUN: narrow opt %s --pipeline hoist-dequant

// CHECK: [[W:%.*]] = lowp.get(@w)
// CHECK-NEXT: %y = lowp.linear(%x, [[W]], %b) : tensor<?x128xf32>
// CHECK-NOT: lowp.dequantize
lowp.param @w : tensor<128x64x!lowp.q<i4, block = [1, 32], scale = f16>>
func.func @main(%x: tensor<?x64xf32>, %b: tensor<128xf32>) -> tensor<?x128xf32> {
  %q = lowp.get(@w) : tensor<128x64x!lowp.q<i4, block = [1, 32], scale = f16>>
  %w = lowp.dequantize(%q) : tensor<128x64xf32>
  %y = nn.linear(%x, %w, %b) : tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}
