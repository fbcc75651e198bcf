// RUN: not narrow opt %s --pipeline fold-cache-scales

func.func @main(%q: tensor<2x1x4xf32>) -> tensor<2x1x4xf32> {
  return %q : tensor<2x1x4xf32>
}
