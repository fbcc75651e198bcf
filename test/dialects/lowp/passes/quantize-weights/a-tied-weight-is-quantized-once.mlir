// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>}"

// CHECK-COUNT-1: lowp.param
// CHECK: %a_q = lowp.get(@w) : tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>>
// CHECK-NEXT: %a = lowp.dequantize(%a_q)
// CHECK-NEXT: %b_q = lowp.get(@w)
// CHECK-NEXT: %b = lowp.dequantize(%b_q)
// CHECK-NEXT: nn.embedding(%b, %tokens)
// CHECK: w.codes
// CHECK: w.scale
// CHECK-NOT: w:
lowp.param @w : tensor<2x2xf32> = dense_resource<w>
func.func @main(%x: tensor<?x2xf32>, %tokens: tensor<?xi32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %a = lowp.get(@w) : tensor<2x2xf32>
  %b = lowp.get(@w) : tensor<2x2xf32>
  %e = nn.embedding(%b, %tokens) : tensor<?x2xf32>
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  return %y, %e : tensor<?x2xf32>, tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000C000004040000080C0"
    }
  }
#-}
