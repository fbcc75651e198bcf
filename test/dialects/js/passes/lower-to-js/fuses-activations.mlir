// RUN: narrow opt %s --pipeline lower-to-js --check-contracts

// CHECK-LABEL: func.func @main
// CHECK-NEXT: %r = js.linear(%x, %w, %b) {activation = relu} : tensor<?x3xf32>
// CHECK-NEXT: %s = js.linear(%x, %w) {activation = silu} : tensor<?x3xf32>
// CHECK-NEXT: %t = js.linear(%x, %w) {activation = tanh} : tensor<?x3xf32>
// CHECK-NEXT: %u = js.linear(%x, %w) {activation = sigmoid} : tensor<?x3xf32>
// CHECK-NEXT: %v = js.linear(%x, %w) {activation = gelu} : tensor<?x3xf32>
// CHECK-NEXT: %z = js.linear(%x, %w) {activation = gelu_tanh} : tensor<?x3xf32>
// CHECK-NEXT: return
func.func @main(%x: tensor<?x2xf32>, %w: tensor<3x2xf32>, %b: tensor<3xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) {
  %l0 = nn.linear(%x, %w, %b) : tensor<?x3xf32>
  %l1 = nn.linear(%x, %w) : tensor<?x3xf32>
  %l2 = nn.linear(%x, %w) : tensor<?x3xf32>
  %l3 = nn.linear(%x, %w) : tensor<?x3xf32>
  %l4 = nn.linear(%x, %w) : tensor<?x3xf32>
  %l5 = nn.linear(%x, %w) : tensor<?x3xf32>
  %r = nn.relu(%l0) : tensor<?x3xf32>
  %s = nn.silu(%l1) : tensor<?x3xf32>
  %t = nn.tanh(%l2) : tensor<?x3xf32>
  %u = nn.sigmoid(%l3) : tensor<?x3xf32>
  %v = nn.gelu(%l4) : tensor<?x3xf32>
  %z = nn.gelu(%l5) {approximation = tanh} : tensor<?x3xf32>
  return %r, %s, %t, %u, %v, %z : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}
