// RUN: narrow opt %s --pipeline 'sparsify-gates{keep=0.3 threshold=normal only=["gate"]}'

lowp.param @gate : tensor<8x4xf32>
lowp.param @bias : tensor<8xf32>
lowp.param @other : tensor<8x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  %g = lowp.get(@gate) : tensor<8x4xf32>
  %b = lowp.get(@bias) : tensor<8xf32>
  %o = lowp.get(@other) : tensor<8x4xf32>
  // Only what the activation takes changes, not what others make of the same output.
  // CHECK: %h = nn.linear(%x, %g, %b) : tensor<?x8xf32>
  %h = nn.linear(%x, %g, %b) : tensor<?x8xf32>
  // CHECK: %[[few:.*]] = sparse.gaussian_top_k(%h) {k = 2} : tensor<?x8xf32>
  // CHECK: nn.gelu(%[[few]]) : tensor<?x8xf32>
  %a = nn.gelu(%h) : tensor<?x8xf32>
  // CHECK: nn.neg(%h)
  %n = nn.neg(%h) : tensor<?x8xf32>
  %p = nn.linear(%x, %o) : tensor<?x8xf32>
  // CHECK: nn.relu(%p)
  %r = nn.relu(%p) : tensor<?x8xf32>
  return %a, %n, %r : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}
