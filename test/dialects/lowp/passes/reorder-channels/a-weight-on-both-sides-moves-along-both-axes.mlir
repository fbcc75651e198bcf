// RUN: narrow opt %s --pipeline "reorder-channels{objective=outlier-grouping block=1}"
lowp.param @in : tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
lowp.param @loop : tensor<3x3xf32> = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]> : tensor<3x3xf32>
lowp.param @out : tensor<2x3xf32> = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
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
