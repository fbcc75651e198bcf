// RUN: narrow opt %s --pipeline "reorder-channels{objective=outlier-grouping block=1}"
lowp.param @table : tensor<3x4xbf16> = dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]]> : tensor<3x4xbf16>
lowp.param @gain : tensor<4xf32> = dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
func.func @main(%tokens: tensor<?xi32>) -> tensor<?x3xf32> {
  %table = lowp.get(@table) : tensor<3x4xbf16>
  %h = nn.embedding(%table, %tokens) : tensor<?x4xf32>
  %g = lowp.get(@gain) : tensor<4xf32>
  %n = nn.rms_norm(%h, %g) : tensor<?x4xf32>
  %w = lowp.get(@table) : tensor<3x4xbf16>
  %y = nn.linear(%n, %w) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
