// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>}"

// The scales of @w would be called as the bytes of @w.scale are.
// expected-error[resource-taken]@+1 {{@w: dense_resource<w.scale> already names other bytes}}
lowp.param @w : tensor<2x2xf32> = dense_resource<w>
lowp.param @w.scale : tensor<2xf32> = dense_resource<w.scale>
func.func @main(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<2xf32>) {
  %a = lowp.get(@w) : tensor<2x2xf32>
  %s = lowp.get(@w.scale) : tensor<2xf32>
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  return %y, %s : tensor<?x2xf32>, tensor<2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000C000004040000080C0",
      w.scale: "0x040000000000803F000000C0"
    }
  }
#-}
