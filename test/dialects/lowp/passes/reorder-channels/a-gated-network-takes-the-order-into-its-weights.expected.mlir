lowp.param @gate : tensor<4x2xf32> = dense_resource<gate.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}
lowp.param @up : tensor<4x2xf32> = dense_resource<up.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}
lowp.param @up_bias : tensor<4xbf16> = dense_resource<up_bias.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}
lowp.param @down.order : tensor<4xi32> = dense_resource<down.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}
lowp.param @down : tensor<2x4xf16> = dense_resource<down.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 2, loudness = "weights"}}}

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_gate = lowp.get(@gate) : tensor<4x2xf32>
  %gate = nn.linear(%x, %w_gate) : tensor<?x4xf32>
  %w_up = lowp.get(@up) : tensor<4x2xf32>
  %b_up = lowp.get(@up_bias) : tensor<4xbf16>
  %up = nn.linear(%x, %w_up, %b_up) : tensor<?x4xf32>
  %active = nn.silu(%gate) : tensor<?x4xf32>
  %gated = nn.mul(%active, %up) : tensor<?x4xf32>
  %w_down = lowp.get(@down) : tensor<2x4xf16>
  %y = nn.linear(%gated, %w_down) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      gate.value: "0x04000000000000400000204000008040000090400000803F0000C03F0000404000006040",
      up.value: "0x04000000000000C0000020C0000080C0000090C0000080BF0000C0BF000040C0000060C0",
      up_bias.value: "0x0400000000408040803F4040",
      down.value: "0x04000000004D0051003C004200CD00D100BC00C2",
      down.order.value: "0x0400000001000000030000000000000002000000"
    }
  }
#-}
