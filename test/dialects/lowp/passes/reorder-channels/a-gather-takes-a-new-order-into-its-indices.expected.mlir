lowp.param @in : tensor<4x2xf32> = dense<1.0>
lowp.param @out.channels : tensor<4xi32> = dense_resource<out.channels.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @out.order : tensor<4xi32> = dense_resource<out.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @out : tensor<2x4xf32> = dense_resource<out.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x4xf32>) {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  %0 = lowp.get(@out.channels) : tensor<4xi32>
  %h_ordered = nn.gather(%h, %0) {axis = -1} : tensor<?x4xf32>
  %y = nn.linear(%h_ordered, %w_out) : tensor<?x2xf32>
  return %y, %h : tensor<?x2xf32>, tensor<?x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      out.value: "0x040000000000804000004040000000400000803F0000804000004040000000400000803F",
      out.channels.value: "0x0400000001000000030000000200000000000000",
      out.order.value: "0x0400000000000000010000000300000002000000"
    }
  }
#-}
