// RUN: narrow opt %s --pipeline lower-to-js --check-contracts

// CHECK-LABEL: func.func @either_side
// CHECK-NEXT: %a = js.linear(%x, %w, none, none, %x) : tensor<?x2xf32>
// CHECK-NEXT: %b = js.linear(%a, %w, none, none, %a) : tensor<?x2xf32>
// CHECK-NEXT: return %b
func.func @either_side(%x: tensor<?x2xf32>, %w: tensor<2x2xf32>) -> tensor<?x2xf32> {
  %l = nn.linear(%x, %w) : tensor<?x2xf32>
  %a = nn.add(%x, %l) : tensor<?x2xf32>
  %k = nn.linear(%a, %w) : tensor<?x2xf32>
  %b = nn.add(%k, %a) : tensor<?x2xf32>
  return %b : tensor<?x2xf32>
}

// CHECK-LABEL: func.func @all_steps
// CHECK-NEXT: %y = js.linear(%x, %w, %b, %m, %x) {activation = gelu} : tensor<4x2xf32>
// CHECK-NEXT: return %y
func.func @all_steps(%x: tensor<4x2xf32>, %w: tensor<2x2xf32>, %b: tensor<2xf32>, %m: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %l = nn.linear(%x, %w, %b) : tensor<4x2xf32>
  %g = nn.gelu(%l) : tensor<4x2xf32>
  %p = nn.mul(%m, %g) : tensor<4x2xf32>
  %y = nn.add(%p, %x) : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// What follows a residual has no place in the op.
// CHECK-LABEL: func.func @no_further
// CHECK-NEXT: %l = js.linear(%x, %w, none, none, %x) : tensor<4x2xf32>
// CHECK-NEXT: %y = nn.relu(%l)
// CHECK-NEXT: return %y
func.func @no_further(%x: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %k = nn.linear(%x, %w) : tensor<4x2xf32>
  %l = nn.add(%k, %x) : tensor<4x2xf32>
  %y = nn.relu(%l) : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
