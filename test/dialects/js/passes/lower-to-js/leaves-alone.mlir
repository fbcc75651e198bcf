// RUN: narrow opt %s --pipeline lower-to-js
// RUN[TOLD]: narrow opt %s --pipeline lower-to-js --explain lower-to-js --verify-diagnostics

// A linear op whose result is needed elsewhere stays. A vector added behind it is no bias, since a bias is added before
// the sums are rounded; operands that are broadcast are no residuals or multipliers.
// CHECK-LABEL: func.func @main
// CHECK-NOT: js.
func.func @main(%x: tensor<4x2xf32>, %w: tensor<2x2xf32>, %v: tensor<2xf32>, %c: tensor<4x1xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>) {
  %l = nn.linear(%x, %w) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-activation at nn.relu %a: matched 1 of 3: expected one use of its result, found several of %l, made by nn.linear}}
  %a = nn.relu(%l) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-multiplier at nn.mul %b: matched 1 of 4: expected one use of its result, found several of %l, made by nn.linear}}
  %b = nn.mul(%l, %l) : tensor<4x2xf32>
  %c0 = nn.linear(%x, %w) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-residual at nn.add %d: matched 3 of 4: expected an operand of its shape, found tensor<2xf32>}}
  %d = nn.add(%c0, %v) : tensor<4x2xf32>
  %e = nn.linear(%x, %w) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-multiplier at nn.mul %f: matched 3 of 4: expected an operand of its shape, found tensor<4x1xf32>}}
  %f = nn.mul(%c, %e) : tensor<4x2xf32>
  // expected-remark@+1 {{fuse-activation at nn.silu %g: matched 0 of 3: expected a linear op or a convolution, found %x, an argument}}
  %g = nn.silu(%x) : tensor<4x2xf32>
  return %a, %b, %d, %f, %g : tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x2xf32>
}
