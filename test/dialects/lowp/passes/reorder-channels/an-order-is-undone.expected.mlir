lowp.param @gate : tensor<4x2xf32> = dense_resource<gate.value>
lowp.param @up : tensor<4x2xf32> = dense_resource<up.value>
lowp.param @up_bias : tensor<4xbf16> = dense_resource<up_bias.value>
lowp.param @down : tensor<2x4xf16> = dense_resource<down.value>

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
      gate.value: "0x040000000000803F0000C03F000000400000204000004040000060400000804000009040",
      up.value: "0x04000000000080BF0000C0BF000000C0000020C0000040C0000060C0000080C0000090C0",
      up_bias.value: "0x04000000803F004040408040",
      down.value: "0x04000000003C004D0042005100BC00CD00C200D1"
    }
  }
#-}
