// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32> only=[a]}"

// Both parameters name the same bytes; quantizing one must leave the other its own.
// CHECK: lowp.param @b : tensor<2x2xf32> = dense_resource<shared>
// CHECK: shared: "0x
lowp.param @a : tensor<2x2xf32> = dense_resource<shared>
lowp.param @b : tensor<2x2xf32> = dense_resource<shared>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = lowp.get(@a) : tensor<2x2xf32>
  %b = lowp.get(@b) : tensor<2x2xf32>
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  %z = nn.linear(%y, %b) : tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      shared: "0x040000000000803F000000C000004040000080C0"
    }
  }
#-}
