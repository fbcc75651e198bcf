// RUN: not narrow opt %s --diagnostics json
// COM: a golden text and not expected-error lines, as its form is the claim.

func.func @main(%x: tensor<4x8xf32>, %w: tensor<16x9xf32>) -> tensor<4x16xf32> {
  %y = nn.linear(%x, %w) : tensor<4x16xf32>
  %z = nn.relu(%undefined) : tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}
