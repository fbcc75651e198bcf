func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %shared = nn.exp(%x) : tensor<2xf32>
  %live = nn.relu(%shared) : tensor<2xf32>
  return %live : tensor<2xf32>
}
