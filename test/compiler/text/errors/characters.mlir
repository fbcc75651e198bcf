// RUN: not narrow opt %s
// COM: a golden text and not expected-error lines, as its form is the claim.

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>;
  %b = nn.relu(%x) : tensor<2xf32> $
  return %a : tensor<2xf32>
}
