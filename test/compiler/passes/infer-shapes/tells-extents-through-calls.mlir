// RUN: narrow opt %s --pipeline infer-shapes

// The callee's result becomes known first, then the caller's.
// CHECK-LABEL: func.func @main
// CHECK-SAME: (%x: tensor<4x8xf32>) -> tensor<2x8xf32>
// CHECK: %y = func.call(@half, [%x]) : tensor<2x8xf32>
// CHECK: %z = nn.relu(%y) : tensor<2x8xf32>
// CHECK: return %z : tensor<2x8xf32>
// CHECK-LABEL: func.func @half
// CHECK-SAME: -> tensor<2x8xf32>
func.func @main(%x: tensor<4x8xf32>) -> tensor<?x8xf32> {
  %y = func.call(@half, [%x]) : tensor<?x8xf32>
  %z = nn.relu(%y) : tensor<?x8xf32>
  return %z : tensor<?x8xf32>
}
func.func @half(%x: tensor<4x8xf32>) -> tensor<?x8xf32> {
  %y = nn.slice(%x) {starts = [0, 0], sizes = [-1, -1], strides = [2, 1]} : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
