// RUN: narrow opt %s --verify-diagnostics --pipeline detect-sparsity

// expected-error@unknown {{no linear op or convolution takes a weight of floats or codes from a parameter}}
func.func @main(%x: tensor<?x4xf32>, %w: tensor<1x4xf32>) -> tensor<?x1xf32> {
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
