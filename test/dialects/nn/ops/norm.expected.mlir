func.func @norms(%x: tensor<?x4x6xf32>, %g: tensor<6xf32>, %b: tensor<6xf32>, %matrix: tensor<4x6xbf16>) -> tensor<?x4x6xf32> {
  %plain = nn.rms_norm(%x) : tensor<?x4x6xf32>
  %scaled = nn.rms_norm(%plain, %g) {epsilon = 1.0e-6} : tensor<?x4x6xf32>
  %layer = nn.layer_norm(%scaled, %g, %b) : tensor<?x4x6xf32>
  %shifted = nn.layer_norm(%layer, none, %matrix) {axis = -2} : tensor<?x4x6xf32>
  return %shifted : tensor<?x4x6xf32>
}

func.func @batch_norm(%x: tensor<?x3x8x8xf32>, %p: tensor<3xf32>) -> tensor<?x3x8x8xf32> {
  %y = nn.batch_norm(%x, %p, %p, %p, %p) {epsilon = 0.001} : tensor<?x3x8x8xf32>
  return %y : tensor<?x3x8x8xf32>
}
