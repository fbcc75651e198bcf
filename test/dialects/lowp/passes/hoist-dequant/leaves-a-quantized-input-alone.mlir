// RUN: narrow opt %s --verify-diagnostics --pipeline hoist-dequant

// Only the weight may stay quantized.
// expected-warning@unknown {{found nothing that could work on codes}}
func.func @main(%x: tensor<2x32x!lowp.q<i4, block = [1, 32], scale = f16>>, %w: tensor<2x32xf32>) -> tensor<2x2xf32> {
  %d = lowp.dequantize(%x) : tensor<2x32xf32>
  %y = nn.linear(%d, %w) : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
