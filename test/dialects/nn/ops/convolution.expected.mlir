func.func @convolutions(%x: tensor<?x4x8x8xf32>, %w: tensor<6x4x3x3xf16>, %b: tensor<6xf32>, %split: tensor<6x3x2x2xf32>) -> tensor<?x6x3x4xf32> {
  %same = nn.conv2d(%x, %w, %b) {pads = [1, 1, 1, 1]} : tensor<?x6x8x8xf32>
  %grouped = nn.conv2d(%same, %split) {strides = [2, 1], dilations = [2, 4], groups = 2} : tensor<?x6x3x4xf32>
  return %grouped : tensor<?x6x3x4xf32>
}
