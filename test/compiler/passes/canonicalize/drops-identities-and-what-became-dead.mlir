// RUN: narrow opt %s --pipeline canonicalize

// CHECK-LABEL: func.func @added_zero
// CHECK-NEXT: return %x
func.func @added_zero(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %zero = nn.constant() {value = dense<-0.0> : tensor<f32>} : tensor<f32>
  %y = nn.add(%x, %zero) : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @double_transpose
// CHECK-NEXT: return %x
func.func @double_transpose(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %turned = nn.transpose(%x) {permutation = [1, 0]} : tensor<3x2xf32>
  %back = nn.transpose(%turned) {permutation = [1, 0]} : tensor<2x3xf32>
  return %back : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @reshapes
// CHECK-NEXT: %[[Y:.*]] = nn.reshape(%x) {shape = [6]} : tensor<6xf32>
// CHECK-NEXT: return %[[Y]]
func.func @reshapes(%x: tensor<2x3xf32>) -> tensor<6xf32> {
  %turned = nn.reshape(%x) {shape = [3, 2]} : tensor<3x2xf32>
  %flat = nn.reshape(%turned) {shape = [6]} : tensor<6xf32>
  return %flat : tensor<6xf32>
}
