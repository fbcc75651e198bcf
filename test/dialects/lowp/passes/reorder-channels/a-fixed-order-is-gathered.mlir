// RUN: narrow opt %s --pipeline "reorder-channels{objective=outlier-grouping block=2 only=[out] otherwise=gather}"
lowp.param @in : tensor<4x2xf32> = dense<1.0> : tensor<4x2xf32>
lowp.param @out : tensor<2x4xf32> = dense<[[1.0, 4.0, 2.0, 3.0], [1.0, 4.0, 2.0, 3.0]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x4xf32>) {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y, %h : tensor<?x2xf32>, tensor<?x4xf32>
}
