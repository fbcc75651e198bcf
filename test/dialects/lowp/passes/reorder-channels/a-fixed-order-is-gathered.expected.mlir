lowp.param @in : tensor<4x2xf32> = dense<1.0>
lowp.param @out.channels : tensor<4xi32> = dense_resource<out.channels.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}
lowp.param @out : tensor<2x4xf32> = dense_resource<out.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}

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
      out.value: "0x0400000000008040000040400000803F0000004000008040000040400000803F00000040",
      out.channels.value: "0x0400000001000000030000000000000002000000"
    }
  }
#-}
