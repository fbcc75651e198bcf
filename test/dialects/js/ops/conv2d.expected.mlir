func.func @steps(%x: tensor<?x1x2x2xf32>, %w: tensor<2x1x1x1xf32>, %b: tensor<2xf32>, %r: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %y = js.conv2d(%x, %w, %b, %r) {activation = relu} : tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

func.func @slots(%x: tensor<3x4x5x5xf64>, %w: tensor<4x2x3x3xbf16>, %r: tensor<3x4x2x2xf64>) -> tensor<3x4x2x2xf64> {
  %a = js.conv2d(%x, %w) {strides = [2, 2], groups = 2} : tensor<3x4x2x2xf64>
  %b = js.conv2d(%x, %w, none, %a) {strides = [2, 2], groups = 2, activation = tanh} : tensor<3x4x2x2xf64>
  return %b : tensor<3x4x2x2xf64>
}
