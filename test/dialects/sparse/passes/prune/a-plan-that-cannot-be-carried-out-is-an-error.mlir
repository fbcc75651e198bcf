// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline 'prune{pattern=unstructured sparsity=allocated}'

// expected-error@unknown {{none of the 1 weights has an attribute sparsity}}
lowp.param @w : tensor<1x2xf32> = dense<1.0> : tensor<1x2xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

lowp.param @w : tensor<1x2xf32> = dense<1.0> : tensor<1x2xf32> attributes {sparsity = 0.5}
// expected-error@+1 {{@gain is allocated a sparsity, but is no dense weight of nn.linear or nn.conv2d}}
lowp.param @gain : tensor<2xf32> attributes {sparsity = 0.5}
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// expected-error@unknown {{the weights have the zeros that are allocated to them already}}
lowp.param @w : tensor<1x2xf32> = dense<[[0.0, 1.0]]> : tensor<1x2xf32> attributes {sparsity = 0.5}
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
