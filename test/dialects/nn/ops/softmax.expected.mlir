func.func @softmax(%x: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %weights = nn.softmax(%x) : tensor<?x6xf32>
  %logarithms = nn.log_softmax(%weights) {axis = 0} : tensor<?x6xf32>
  return %logarithms : tensor<?x6xf32>
}
