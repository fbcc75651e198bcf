// RUN: narrow opt %s --pipeline lower-to-js
// RUN[TOLD]: narrow opt %s --pipeline lower-to-js --explain lower-to-js --verify-diagnostics

// CHECK-LABEL: func.func @main
// CHECK-NEXT: %m = js.linear(%x, %w, none, %x) : tensor<4x2xf32>
// CHECK-NEXT: %r = nn.relu(%m)
// CHECK-NEXT: %a = js.linear(%r, %w, none, none, %x) : tensor<4x2xf32>
// CHECK-NEXT: %n = nn.mul(%a, %x)
// CHECK-NEXT: %h = js.linear(%n, %w) {activation = relu}
// CHECK-NEXT: %s = nn.silu(%h)
// CHECK-NEXT: return %s
func.func @main(%x: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %k = nn.linear(%x, %w) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-multiplier at nn.mul %m: applied}}
  %m = nn.mul(%k, %x) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-activation at nn.relu %r: matched 2 of 3: expected no step that comes later, found a multiplier}}
  %r = nn.relu(%m) : tensor<4x2xf32>
  %l = nn.linear(%r, %w) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-residual at nn.add %a: applied}}
  %a = nn.add(%l, %x) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-multiplier at nn.mul %n: matched 2 of 4: expected no step that comes later, found a residual}}
  %n = nn.mul(%a, %x) : tensor<4x2xf32>
  %g = nn.linear(%n, %w) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-activation at nn.relu %h: applied}}
  %h = nn.relu(%g) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-activation at nn.silu %s: matched 2 of 3: expected no step that comes later, found relu}}
  %s = nn.silu(%h) : tensor<4x2xf32>
  return %s : tensor<4x2xf32>
}
