// RUN: not narrow opt %s --pipeline sparsify-gates{threshold=normal}
// RUN[HALF]: not narrow opt %s --pipeline sparsify-gates{keep=0.5}

// CHECK: error[no-gates]: no relu, silu or gelu takes what a linear op on a parameter gives
// HALF: error[keep]: keep is 0.5, expected a share above 0 and below 0.5
lowp.param @w : tensor<8x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x8xf32> {
  %w = lowp.get(@w) : tensor<8x4xf32>
  %r = nn.relu(%x) : tensor<?x4xf32>
  %h = nn.linear(%r, %w) : tensor<?x8xf32>
  return %h : tensor<?x8xf32>
}
