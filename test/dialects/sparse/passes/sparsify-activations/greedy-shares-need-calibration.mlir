// RUN: narrow opt %s --verify-diagnostics --pipeline 'sparsify-activations{shares=greedy}'

// expected-error@unknown {{sparsify-activations by shares = greedy needs to know the inputs, and there is no calibration data}}
lowp.param @w : tensor<2x4xf32> = dense<1.0> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
