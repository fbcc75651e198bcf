// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @channels(%x: tensor<1x4x8x8xf32>, %w: tensor<6x3x3x3xf32>) -> tensor<1x6x6x6xf32> {
  // expected-error@+1 {{nn.conv2d in 1 groups by a weight of 6x3x3x3 takes 3 channels, not 4}}
  %y = nn.conv2d(%x, %w) : tensor<1x6x6x6xf32>
  return %y : tensor<1x6x6x6xf32>
}

// -----

func.func @size(%x: tensor<1x4x8x8xf32>, %w: tensor<6x4x9x9xf32>) -> tensor<1x6x1x1xf32> {
  // expected-error@+1 {{a window of 9x9 of nn.conv2d does not fit an input of 8x8 with its pads}}
  %y = nn.conv2d(%x, %w) : tensor<1x6x1x1xf32>
  return %y : tensor<1x6x1x1xf32>
}

// -----

func.func @pads(%x: tensor<1x4x8x8xf32>) -> tensor<1x4x9x7xf32> {
  // expected-error@+1 {{pads [2, 0, 0, 0] of nn.max_pool2d would leave windows of 2x2 without any input}}
  %y = nn.max_pool2d(%x) {kernel = [2, 2], pads = [2, 0, 0, 0]} : tensor<1x4x9x7xf32>
  return %y : tensor<1x4x9x7xf32>
}

// -----

func.func @kernel(%x: tensor<1x4x8x8xf32>) -> tensor<1x4x7x7xf32> {
  // expected-error@+1 {{nn.max_pool2d needs kernel: two of int}}
  %y = nn.max_pool2d(%x) {kernel = [2, 2, 2]} : tensor<1x4x7x7xf32>
  return %y : tensor<1x4x7x7xf32>
}
