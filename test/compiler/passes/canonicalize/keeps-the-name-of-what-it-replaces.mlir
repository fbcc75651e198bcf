// RUN: narrow opt %s --pipeline canonicalize

// The result of the two transposes is still called %scores.
func.func @names(%x: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %first = nn.transpose(%x) {permutation = [2, 1, 0]} : tensor<4x3x2xf32>
  %scores = nn.transpose(%first) {permutation = [0, 2, 1]} : tensor<4x2x3xf32> loc("scores")
  return %scores : tensor<4x2x3xf32>
}
