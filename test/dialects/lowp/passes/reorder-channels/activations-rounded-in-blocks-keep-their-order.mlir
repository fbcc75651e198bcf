// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, 2], scale = f32> only=[out]},reorder-channels{objective=outlier-grouping block=1 only=[out]}"
// RUN[TOKEN]: narrow opt %s --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, *], scale = f32> only=[out]},reorder-channels{objective=outlier-grouping block=1 only=[out]}"
// TOKEN: lowp.param @out.order : tensor<4xi32>
lowp.param @in : tensor<4x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
lowp.param @out : tensor<2x4xf32> = dense<[[1.0, 4.0, 2.0, 3.0], [1.0, 4.0, 2.0, 3.0]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  // expected-error@+2 {{all channels that were asked for must keep their order}}
  // expected-remark@+1 {{the channels that meet @out keep their order, as lowp.quantize rounds neighbours together}}
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
