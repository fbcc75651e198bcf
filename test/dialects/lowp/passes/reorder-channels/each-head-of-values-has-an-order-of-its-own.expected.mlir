lowp.param @q : tensor<8x2xf32> = dense<1.0>
lowp.param @k : tensor<4x2xf32> = dense<1.0>
lowp.param @v : tensor<4x2xf32> = dense_resource<v.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @o.order : tensor<4xi32> = dense_resource<o.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @o : tensor<2x8xf32> = dense_resource<o.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@q) : tensor<8x2xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x8xf32>
  %q_heads = nn.reshape(%q) {shape = [-1, 4, 2]} : tensor<?x4x2xf32>
  %w_k = lowp.get(@k) : tensor<4x2xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x4xf32>
  %k_heads = nn.reshape(%k) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %w_v = lowp.get(@v) : tensor<4x2xf32>
  %v = nn.linear(%x, %w_v) : tensor<?x4xf32>
  %v_heads = nn.reshape(%v) {shape = [-1, 2, 2]} : tensor<?x2x2xf32>
  %mixed = nn.attention(%q_heads, %k_heads, %v_heads) : tensor<?x4x2xf32>
  %flat = nn.reshape(%mixed) {shape = [-1, 8]} : tensor<?x8xf32>
  %w_o = lowp.get(@o) : tensor<2x8xf32>
  %y = nn.linear(%flat, %w_o) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      v.value: "0x040000000000803F0000C03F000000400000204000008040000090400000404000006040",
      o.value: "0x04000000000010410000803F000010410000004000001041000040400000104100008040000010410000803F000010410000004000001041000040400000104100008040",
      o.order.value: "0x0400000000000000010000000300000002000000"
    }
  }
#-}
