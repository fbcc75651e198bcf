// RUN: narrow opt %s --verify-diagnostics --pipeline "reorder-channels{objective=act-order only=[out]}"

// expected-error@unknown {{objective = act-order needs to know the inputs, and there is no calibration data}}
lowp.param @in : tensor<4x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
lowp.param @out : tensor<2x4xf32> = dense<[[8.0, 4.0, 2.0, 1.0], [8.0, 4.0, 2.0, 1.0]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
