// RUN: narrow opt %s --pipeline 'sparsify-activations{sparsity=0.5}'

// Ops on the same weight share its norms: √(3² + 4²), 1, 2 and 0.
lowp.param @w : tensor<2x4xf32> = dense<[[3.0, 0.0, 2.0, 0.0], [4.0, 1.0, 0.0, 0.0]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>, %z: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  %v = nn.linear(%z, %w) : tensor<?x2xf32>
  return %y, %v : tensor<?x2xf32>, tensor<?x2xf32>
}
