// RUN: narrow opt %s --pipeline fold-constants{limit=4}
// RUN[LOW]: narrow opt %s --pipeline fold-constants{limit=3}
// RUN[DEFAULT]: narrow opt %s --pipeline fold-constants

// CHECK: %four = nn.constant()
// CHECK: %five = nn.broadcast_to
// LOW: %four = nn.broadcast_to
// LOW: %five = nn.broadcast_to
// DEFAULT: %four = nn.constant()
// DEFAULT: %five = nn.constant()
// DEFAULT: %most = nn.constant()
// DEFAULT: %more = nn.broadcast_to
func.func @f() -> (tensor<4xf32>, tensor<5xf32>, tensor<1024xf32>, tensor<1025xf32>) {
  %c = nn.constant() {value = dense<2.0> : tensor<f32>} : tensor<f32>
  %four = nn.broadcast_to(%c) {shape = [4]} : tensor<4xf32>
  %five = nn.broadcast_to(%c) {shape = [5]} : tensor<5xf32>
  %most = nn.broadcast_to(%c) {shape = [1024]} : tensor<1024xf32>
  %more = nn.broadcast_to(%c) {shape = [1025]} : tensor<1025xf32>
  return %four, %five, %most, %more : tensor<4xf32>, tensor<5xf32>, tensor<1024xf32>, tensor<1025xf32>
}
