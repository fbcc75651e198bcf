// RUN: narrow opt %s --verify-diagnostics --pipeline 'prune{pattern=2:4 score=wanda}'

// expected-error@unknown {{prune by wanda needs to know the inputs, and there is no calibration data}}
lowp.param @w : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
