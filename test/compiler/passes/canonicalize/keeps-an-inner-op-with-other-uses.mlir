// RUN: narrow opt %s --pipeline canonicalize

// CHECK: %first = nn.transpose(%x)
// CHECK: %second = nn.transpose(%x)
// CHECK: return %first, %second
func.func @shared(%x: tensor<2x3x4xf32>) -> (tensor<4x3x2xf32>, tensor<4x2x3xf32>) {
  %first = nn.transpose(%x) {permutation = [2, 1, 0]} : tensor<4x3x2xf32>
  %second = nn.transpose(%first) {permutation = [0, 2, 1]} : tensor<4x2x3xf32>
  return %first, %second : tensor<4x3x2xf32>, tensor<4x2x3xf32>
}
