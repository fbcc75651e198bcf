func.func @f() -> (tensor<2xf32>, tensor<2xi32>) {
  %double = nn.constant() {value = dense<[6.0, 8.0]> : tensor<2xf32>} : tensor<2xf32>
  %minus = nn.constant() {value = dense<-4> : tensor<2xi32>} : tensor<2xi32>
  return %double, %minus : tensor<2xf32>, tensor<2xi32>
}
