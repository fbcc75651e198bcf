// RUN: narrow opt %s --verify-diagnostics

func.func @channels(%x: tensor<1x3x2x2xf32>, %w: tensor<2x1x1x1xf32>) -> tensor<1x2x2x2xf32> {
  // expected-error@+1 {{takes 1 channels, not 3}}
  %y = js.conv2d(%x, %w) : tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}

func.func @residual(%x: tensor<1x1x2x2xf32>, %w: tensor<2x1x1x1xf32>, %r: tensor<1x2x1x1xf32>) -> tensor<1x2x2x2xf32> {
  // expected-error@+1 {{residual}}
  %y = js.conv2d(%x, %w, none, %r) : tensor<1x2x2x2xf32>
  return %y : tensor<1x2x2x2xf32>
}
