lowp.param @in : tensor<3x2xf32> = dense_resource<in.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @loop.order : tensor<3xi32> = dense_resource<loop.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @loop : tensor<3x3xf32> = dense_resource<loop.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @out : tensor<2x3xf32> = dense_resource<out.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_in = lowp.get(@in) : tensor<3x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x3xf32>
  %w = lowp.get(@loop) : tensor<3x3xf32>
  %once = nn.linear(%h, %w) : tensor<?x3xf32>
  %twice = nn.linear(%once, %w) : tensor<?x3xf32>
  %w_out = lowp.get(@out) : tensor<2x3xf32>
  %y = nn.linear(%twice, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      in.value: "0x040000000000A0400000C04000004040000080400000803F00000040",
      loop.value: "0x0400000000001041000000410000E0400000C0400000A0400000804000004040000000400000803F",
      out.value: "0x0400000000004040000000400000803F0000C0400000A04000008040",
      loop.order.value: "0x04000000020000000100000000000000"
    }
  }
#-}
