// RUN: narrow opt %s --pipeline lower-to-js --check-contracts

// The activation of a convolution comes after its residual, as in residual networks.
// CHECK-LABEL: func.func @residual
// CHECK-NEXT: %a = js.conv2d(%x, %w, %b) {pads = [1, 1, 1, 1], activation = relu} : tensor<?x2x3x3xf32>
// CHECK-NEXT: %y = js.conv2d(%a, %v, none, %x) {activation = silu} : tensor<?x2x3x3xf32>
// CHECK-NEXT: return %y
func.func @residual(%x: tensor<?x2x3x3xf32>, %w: tensor<2x2x3x3xf32>, %b: tensor<2xf32>, %v: tensor<2x2x1x1xf32>) -> tensor<?x2x3x3xf32> {
  %c = nn.conv2d(%x, %w, %b) {pads = [1, 1, 1, 1]} : tensor<?x2x3x3xf32>
  %a = nn.relu(%c) : tensor<?x2x3x3xf32>
  %d = nn.conv2d(%a, %v) : tensor<?x2x3x3xf32>
  %s = nn.add(%x, %d) : tensor<?x2x3x3xf32>
  %y = nn.silu(%s) : tensor<?x2x3x3xf32>
  return %y : tensor<?x2x3x3xf32>
}

// Nothing is added behind an activation, no product is taken, and a value of another shape is no residual.
// CHECK-LABEL: func.func @no_further
// CHECK-NEXT: %a = js.conv2d(%x, %v) {activation = relu}
// CHECK-NEXT: %s = nn.add(%a, %x)
// CHECK-NEXT: %d = nn.conv2d(%s, %v)
// CHECK-NEXT: %p = nn.mul(%d, %x)
// CHECK-NEXT: %e = nn.conv2d(%p, %v)
// CHECK-NEXT: %y = nn.add(%e, %one)
// CHECK-NEXT: return %y
func.func @no_further(%x: tensor<1x2x3x3xf32>, %v: tensor<2x2x1x1xf32>, %one: tensor<1x2x1x1xf32>) -> tensor<1x2x3x3xf32> {
  %c = nn.conv2d(%x, %v) : tensor<1x2x3x3xf32>
  %a = nn.relu(%c) : tensor<1x2x3x3xf32>
  %s = nn.add(%a, %x) : tensor<1x2x3x3xf32>
  %d = nn.conv2d(%s, %v) : tensor<1x2x3x3xf32>
  %p = nn.mul(%d, %x) : tensor<1x2x3x3xf32>
  %e = nn.conv2d(%p, %v) : tensor<1x2x3x3xf32>
  %y = nn.add(%e, %one) : tensor<1x2x3x3xf32>
  return %y : tensor<1x2x3x3xf32>
}
