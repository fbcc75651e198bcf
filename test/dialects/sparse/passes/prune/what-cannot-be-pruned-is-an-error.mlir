// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline prune{pattern=2:4}

// expected-error@+1 {{@w: 2:4 needs a multiple of 4 along axis 1, found 6}}
lowp.param @w : tensor<2x6xf32> = dense<1.0> : tensor<2x6xf32>
func.func @main(%x: tensor<?x6xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x6xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@unknown {{the weights are 2:4 already}}
lowp.param @w : tensor<1x4xf32> = dense<[[0.0, 1.0, 2.0, 0.0]]> : tensor<1x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// expected-error@unknown {{no nn.linear or nn.conv2d takes its weight from a dense parameter}}
func.func @main(%x: tensor<?x4xf32>, %w: tensor<1x4xf32>) -> tensor<?x1xf32> {
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// expected-error@+1 {{@w: element [0, 2] is Infinity, expected a finite number}}
lowp.param @w : tensor<1x4xf32> = dense<[[0.0, 1.0, 0x7F800000, 4.0]]> : tensor<1x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
