// RUN: not narrow opt %s

// Types, dominance, symbols and terminators: each is its own mistake.
func.func @main(%x: tensor<4x8xf32>, %w: tensor<16x9xf32>) -> tensor<4x16xf32> {
  %late = nn.relu(%y) : tensor<4x16xf32>
  %y = nn.linear(%x, %w) : tensor<4x16xf32>
  %p = lowp.get(@weigth) : tensor<2xf32>
  return %y : tensor<4x16xf32>
}
lowp.param @weight : tensor<2xf32>
lowp.param @weight : tensor<2xf32>
func.func @open() {
}
