// RUN: not narrow opt %s

func.func @cycle(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.add(%x, %b) : tensor<2xf32>
  %b = nn.relu(%a) : tensor<2xf32>
  %first = nn.relu(%second) : tensor<2xf32>
  %second = nn.relu(%x) : tensor<2xf32>
  return %b : tensor<2xf32>
}
