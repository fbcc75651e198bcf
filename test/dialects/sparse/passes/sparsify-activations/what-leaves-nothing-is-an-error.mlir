// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline 'sparsify-activations{sparsity=0.8}'

// expected-error@+1 {{@w: a sparsity of 0.8 leaves none of 4 inputs}}
lowp.param @w : tensor<2x4xf32> = dense<1.0> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@+1 {{@w: the input that meets it is in a lowp type already}}
lowp.param @w : tensor<2x8x!lowp.sparse<nm 2:4, f32>>
func.func @main(%x: tensor<1x8x!lowp.q<i8, block = [1, *], scale = f32>>) -> tensor<1x2xf32> {
  %w = lowp.get(@w) : tensor<2x8x!lowp.sparse<nm 2:4, f32>>
  %y = lowp.linear(%x, %w) : tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}

// -----

// expected-error@unknown {{no linear op takes its weight from a parameter}}
func.func @main(%x: tensor<?x4xf32>, %w: tensor<1x4xf32>) -> tensor<?x1xf32> {
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
