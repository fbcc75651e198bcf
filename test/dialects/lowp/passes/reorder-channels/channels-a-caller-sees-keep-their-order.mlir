// RUN: narrow opt %s --verify-diagnostics --pipeline "reorder-channels{objective=outlier-grouping block=2}"
lowp.param @in : tensor<4x2xf32>
lowp.param @out : tensor<2x4xf32>
// expected-error@+3 {{all channels that were asked for must keep their order}}
// expected-remark@+2 {{the channels that meet @in keep their order, as callers of @main see it}}
// expected-remark@+6 {{the channels that meet @out keep their order, as callers of @main see it}}
func.func @main(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x4xf32>) {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y, %h : tensor<?x2xf32>, tensor<?x4xf32>
}
