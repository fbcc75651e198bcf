// RUN: narrow opt %s --pipeline 'sparsify-activations{sparsity=0.7 score=magnitude only=["up"]}'

lowp.param @up : tensor<2x4xf32>
lowp.param @gate : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %u = lowp.get(@up) : tensor<2x4xf32>
  %g = lowp.get(@gate) : tensor<2x4xf32>
  // CHECK: [[FEW:%[0-9a-z_]+]] = sparse.top_k(%x) {k = 1} : tensor<?x4xf32>
  // CHECK-NEXT: nn.linear([[FEW]], %u) : tensor<?x2xf32>
  // CHECK-NEXT: nn.linear(%x, %g) : tensor<?x2xf32>
  %y = nn.linear(%x, %u) : tensor<?x2xf32>
  %v = nn.linear(%x, %g) : tensor<?x2xf32>
  return %y, %v : tensor<?x2xf32>, tensor<?x2xf32>
}
