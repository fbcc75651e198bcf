// RUN: not narrow opt %s --pipeline "fold-constants{limit = many},fold-constants{limit = 0},fold-constants{limit},quantize-weights"

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
