func.func @constants() -> (tensor<2x2xf32>, tensor<3xi32>, tensor<2x0xbf16>, tensor<2x5xi32>) {
  %matrix = nn.constant() {value = dense<[[1.0, -0.5], [0.1, 300000000.0]]> : tensor<2x2xf32>} : tensor<2x2xf32>
  %sevens = nn.constant() {value = dense<7> : tensor<3xi32>} : tensor<3xi32>
  %nothing = nn.zeros() {shape = [2, 0], element = bf16} : tensor<2x0xbf16>
  %counted = nn.iota() {shape = [2, 5], axis = 1} : tensor<2x5xi32>
  return %matrix, %sevens, %nothing, %counted : tensor<2x2xf32>, tensor<3xi32>, tensor<2x0xbf16>, tensor<2x5xi32>
}

func.func @positions(%x: tensor<?x2x8xf32>) -> tensor<?x2x8xf32> {
  %places = nn.positions(%x) : tensor<?xi32>
  %turned = nn.rope(%x, %places) : tensor<?x2x8xf32>
  return %turned : tensor<?x2x8xf32>
}
