// RUN: not narrow opt %s

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>;
  %b = nn.relu(%x) {note = "unclosed} : tensor<2xf32>
  return %a : tensor<2xf32>
}
