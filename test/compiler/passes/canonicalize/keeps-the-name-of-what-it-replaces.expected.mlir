func.func @names(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %scores = nn.transpose(%x) {permutation = [2, 0, 1]} : tensor<4x2x3xf32> loc("scores")
  return %scores : tensor<4x2x3xf32>
}
