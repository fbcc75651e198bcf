// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, 2], scale = f32> only=[out]},reorder-channels{objective=outlier-grouping block=1 only=[out]}"
lowp.param @in : tensor<4x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
// expected-error@+1 {{@out: !lowp.q cannot be reordered along axis 1: 2 neighbours share a scale}}
lowp.param @out : tensor<2x4xf32> = dense<[[1.0, 4.0, 2.0, 3.0], [1.0, 4.0, 2.0, 3.0]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w_in = lowp.get(@in) : tensor<4x2xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x4xf32>
  %w_out = lowp.get(@out) : tensor<2x4xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
