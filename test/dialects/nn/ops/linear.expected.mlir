func.func @linear(%x: tensor<?x64xf32>, %w: tensor<8x64xbf16>) -> tensor<?x8xf32> {
  %y = nn.linear(%x, %w) : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

func.func @linear_with_bias(%x: tensor<2x?x64xf64>, %w: tensor<8x64xf64>, %b: tensor<8xf64>) -> tensor<2x?x8xf64> {
  %y = nn.linear(%x, %w, %b) : tensor<2x?x8xf64>
  return %y : tensor<2x?x8xf64>
}

func.func @matmul(%a: tensor<5x1x2x3xf32>, %b: tensor<7x3x?xf16>, %v: tensor<3xf32>) -> (tensor<5x7x2x?xf32>, tensor<5x1x2xf32>) {
  %y = nn.matmul(%a, %b) : tensor<5x7x2x?xf32>
  %z = nn.matmul(%a, %v) : tensor<5x1x2xf32>
  return %y, %z : tensor<5x7x2x?xf32>, tensor<5x1x2xf32>
}
