func.func @f() -> (tensor<2xf32>, tensor<2xf32>) {
  %minus = nn.constant() {value = dense<[-0.0, 0.0]> : tensor<2xf32>} : tensor<2xf32>
  %infinite = nn.constant() {value = dense<[0x7F800000, 0xFF800000]> : tensor<2xf32>} : tensor<2xf32>
  return %minus, %infinite : tensor<2xf32>, tensor<2xf32>
}
