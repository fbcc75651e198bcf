// RUN: narrow opt %s --verify-diagnostics --pipeline detect-sparsity{of=inputs}

// expected-error@unknown {{detect-sparsity of inputs needs to know the inputs, and there is no calibration data}}
lowp.param @w : tensor<1x4xf32> = dense<1.0> : tensor<1x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
