// RUN: narrow opt %s --verify-diagnostics --pipeline 'awq-scale{type=!lowp.q<i4, block = [1, 4], scale = f32>}'

// expected-error@unknown {{awq-scale needs to know the inputs, and there is no calibration data}}
lowp.param @g : tensor<4xf32>
lowp.param @w : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %g = lowp.get(@g) : tensor<4xf32>
  %n = nn.rms_norm(%x, %g) : tensor<?x4xf32>
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%n, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
