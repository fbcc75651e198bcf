// RUN: not narrow opt %s --diagnostics json

func.func @main(%x: tensor<4x8xf32>, %w: tensor<16x9xf32>) -> tensor<4x16xf32> {
  %y = nn.linear(%x, %w) : tensor<4x16xf32>
  %z = nn.relu(%undefined) : tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}
