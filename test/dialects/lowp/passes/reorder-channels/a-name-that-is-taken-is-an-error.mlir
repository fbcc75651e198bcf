// RUN: narrow opt %s --verify-diagnostics --pipeline "reorder-channels{objective=outlier-grouping block=1 only=[out]}"

// expected-error@+1 {{@out.order is defined already, and is no order of these channels}}
lowp.param @out.order : tensor<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
lowp.param @in : tensor<4x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
lowp.param @out : tensor<2x4xf32> = dense<[[1.0, 4.0, 2.0, 1.0], [8.0, 4.0, 2.0, 9.0]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
