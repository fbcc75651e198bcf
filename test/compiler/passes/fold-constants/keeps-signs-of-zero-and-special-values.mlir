// RUN: narrow opt %s --pipeline fold-constants,eliminate-dead-code

// -(0, -0, inf, 1/0 …): zeros of both signs are two values, never one repeated number.
func.func @f() -> (tensor<2xf32>, tensor<2xf32>) {
  %zeros = nn.constant() {value = dense<[0.0, -0.0]> : tensor<2xf32>} : tensor<2xf32>
  %minus = nn.neg(%zeros) : tensor<2xf32>
  %infinite = nn.reciprocal(%zeros) : tensor<2xf32>
  return %minus, %infinite : tensor<2xf32>, tensor<2xf32>
}
