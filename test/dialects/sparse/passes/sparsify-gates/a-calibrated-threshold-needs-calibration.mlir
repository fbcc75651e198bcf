// RUN: narrow opt %s --verify-diagnostics --pipeline sparsify-gates

// expected-error@unknown {{sparsify-gates by threshold = calibrated needs to know the inputs, and there is no calibration data}}
lowp.param @w : tensor<16x4xf32> = dense<1.0> : tensor<16x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x16xf32> {
  %w = lowp.get(@w) : tensor<16x4xf32>
  %h = nn.linear(%x, %w) : tensor<?x16xf32>
  %r = nn.relu(%h) : tensor<?x16xf32>
  return %r : tensor<?x16xf32>
}
