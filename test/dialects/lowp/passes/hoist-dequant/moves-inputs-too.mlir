// RUN: narrow opt %s --pipeline "hoist-dequant" --check-contracts

// CHECK-LABEL: func.func @main
// CHECK-NOT: lowp.dequantize
// CHECK: lowp.linear(%x_q, %w)
// CHECK: lowp.linear(%x_q, %w)
func.func @main(%x: tensor<?x4xf32>, %d: tensor<2x4xf32>) -> tensor<?x2xf32> {
  %x_q = lowp.quantize(%x) : tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32>>
  %w = lowp.quantize(%d) : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  %x_dq = lowp.dequantize(%x_q) : tensor<?x4xf32>
  %w_dq = lowp.dequantize(%w) : tensor<2x4xf32>
  %p = nn.linear(%x_dq, %w_dq) : tensor<?x2xf32>
  %q = lowp.linear(%x_dq, %w) : tensor<?x2xf32>
  %y = nn.add(%p, %q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
