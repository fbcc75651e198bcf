// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline pack-sparsity

// expected-error@unknown {{none of the 1 weights has zeros that packing saves}}
lowp.param @w : tensor<1x4xf32> = dense<[[1.0, 3.0, 4.0, 2.0]]> : tensor<1x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// A weight that is requantized must stay codes.
// expected-error@unknown {{no linear op or convolution takes a weight of floats or codes from a parameter}}
lowp.param @w : tensor<1x4x!lowp.q<i8, block = [1, *], scale = f32>>
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>) {
  %w = lowp.get(@w) : tensor<1x4x!lowp.q<i8, block = [1, *], scale = f32>>
  %few = lowp.requantize(%w) : tensor<1x4x!lowp.q<i4, block = [1, *], scale = f32>>
  %y = lowp.linear(%x, %w) : tensor<?x1xf32>
  %z = lowp.linear(%x, %few) : tensor<?x1xf32>
  return %y, %z : tensor<?x1xf32>, tensor<?x1xf32>
}
