// RUN: narrow opt %s --pipeline fold-constants,eliminate-dead-code

// 1 + 2 = 3, doubled is 6; the value that is replaced lends its name.
func.func @f() -> (tensor<2xf32>, tensor<2xi32>) {
  %one = nn.constant() {value = dense<1.0> : tensor<f32>} : tensor<f32>
  %two = nn.constant() {value = dense<[2.0, 3.0]> : tensor<2xf32>} : tensor<2xf32>
  %sum = nn.add(%one, %two) : tensor<2xf32>
  %double = nn.add(%sum, %sum) : tensor<2xf32>
  %four = nn.constant() {value = dense<4> : tensor<2xi32>} : tensor<2xi32>
  %minus = nn.neg(%four) : tensor<2xi32>
  return %double, %minus : tensor<2xf32>, tensor<2xi32>
}
