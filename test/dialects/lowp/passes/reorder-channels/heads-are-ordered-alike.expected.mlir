lowp.param @q : tensor<4x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]>
lowp.param @k : tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]>
lowp.param @v : tensor<3x2xf32> = dense_resource<v.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @o.order : tensor<3xi32> = dense_resource<o.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @o : tensor<2x6xf32> = dense_resource<o.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@q) : tensor<4x2xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x4xf32>
  %q_heads = nn.reshape(%q) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %w_k = lowp.get(@k) : tensor<2x2xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x2xf32>
  %k_heads = nn.reshape(%k) {shape = [-1, 1, 2]} : tensor<?x1x2xf32>
  %w_v = lowp.get(@v) : tensor<3x2xf32>
  %v = nn.linear(%x, %w_v) : tensor<?x3xf32>
  %v_heads = nn.reshape(%v) {shape = [-1, 1, 3]} : tensor<?x1x3xf32>
  %mixed = nn.attention(%q_heads, %k_heads, %v_heads) : tensor<?x2x3xf32>
  %flat = nn.reshape(%mixed) {shape = [-1, 6]} : tensor<?x6xf32>
  %w_o = lowp.get(@o) : tensor<2x6xf32>
  %y = nn.linear(%flat, %w_o) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      v.value: "0x04000000000040400000604000000040000020400000803F0000C03F",
      o.value: "0x040000000000F041000000400000803F0000C0400000A0400000804000004040000000400000803F0000C0400000A04000008040",
      o.order.value: "0x04000000020000000100000000000000"
    }
  }
#-}
