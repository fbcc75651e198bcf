// RUN: not narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32> only=[\"layer.*\", hed] skip=[\"*.v\"]}"

lowp.param @layers.0.q : tensor<2x2xf32> = dense_resource<q>
lowp.param @layers.0.k : tensor<2x2xf32> = dense_resource<k>
lowp.param @head : tensor<2x2xf32> = dense_resource<head>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %q = lowp.get(@layers.0.q) : tensor<2x2xf32>
  %k = lowp.get(@layers.0.k) : tensor<2x2xf32>
  %head = lowp.get(@head) : tensor<2x2xf32>
  %a = nn.linear(%x, %q) : tensor<?x2xf32>
  %b = nn.linear(%a, %k) : tensor<?x2xf32>
  %y = nn.linear(%b, %head) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      q: "0x040000000000803F000000C000004040000080C0",
      k: "0x040000000000803F000000C000004040000080C0",
      head: "0x040000000000803F000000C000004040000080C0"
    }
  }
#-}
