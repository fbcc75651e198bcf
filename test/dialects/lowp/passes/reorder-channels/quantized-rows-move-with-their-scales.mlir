// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, 2], scale = f32> only=[in]},reorder-channels{objective=outlier-grouping block=1 only=[out]}"
lowp.param @in : tensor<3x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0], [7.0, -7.0, 5.0, -5.0]]> : tensor<3x4xf32>
lowp.param @out : tensor<2x3xf32> = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w_in = lowp.get(@in) : tensor<3x4xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x3xf32>
  %w_out = lowp.get(@out) : tensor<2x3xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
