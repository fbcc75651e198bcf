// RUN: not narrow opt %s --pipeline fold-batch-norm

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
