// RUN: narrow opt %s --verify-diagnostics --pipeline "sparsify-activations{score=magnitude skip=[\"whole\"]}" --explain sparsify-activations

// expected-remark@unknown {{2 weights meet 2 of 4, 3 of 6 inputs of each row}}
// expected-remark@+1 {{sparsify at lowp.param @narrow: applied: 2 of 4 inputs of each row}}
lowp.param @narrow : tensor<1x4xf32> = dense<1.0> : tensor<1x4xf32>
// expected-remark@+1 {{sparsify at lowp.param @wide: applied: 3 of 6 inputs of each row}}
lowp.param @wide : tensor<1x6xf32> = dense<1.0> : tensor<1x6xf32>
// expected-remark@+1 {{sparsify at lowp.param @whole: left alone: a pattern of skip matches it}}
lowp.param @whole : tensor<1x4xf32> = dense<1.0> : tensor<1x4xf32>
func.func @main(%x: tensor<?x4xf32>, %z: tensor<?x6xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %a = lowp.get(@narrow) : tensor<1x4xf32>
  %b = lowp.get(@wide) : tensor<1x6xf32>
  %c = lowp.get(@whole) : tensor<1x4xf32>
  %p = nn.linear(%x, %a) : tensor<?x1xf32>
  %q = nn.linear(%z, %b) : tensor<?x1xf32>
  %r = nn.linear(%x, %c) : tensor<?x1xf32>
  return %p, %q, %r : tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>
}
