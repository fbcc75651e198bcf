// RUN: narrow opt %s --verify-diagnostics --pipeline "reorder-channels{objective=outlier-grouping block=2}" --explain reorder-channels

// expected-remark@unknown {{the 4 channels that meet @down are reordered: Σ of squared block ranges −0.94 dB}}
// expected-remark@+1 {{reorder channels at lowp.param @gate: left alone: callers of @main see it}}
lowp.param @gate : tensor<4x2xf32> = dense<[[1.0, 1.5], [2.0, 2.5], [3.0, 3.5], [4.0, 4.5]]> : tensor<4x2xf32>
lowp.param @up : tensor<4x2xf32> = dense<[[-1.0, -1.5], [-2.0, -2.5], [-3.0, -3.5], [-4.0, -4.5]]> : tensor<4x2xf32>
lowp.param @up_bias : tensor<4xbf16> = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xbf16>
// Columns 1 and 3 are loud.
// expected-remark@+1 {{reorder channels at lowp.param @down: applied: the channels that meet @down, in 4 parameters}}
lowp.param @down : tensor<2x4xf16> = dense<[[1.0, 20.0, 3.0, 40.0], [-1.0, -20.0, -3.0, -40.0]]> : tensor<2x4xf16>

// expected-remark@+1 {{the channels that meet @gate keep their order, as callers of @main see it}}
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
