// RUN: not narrow opt %s --pipeline "fold-constants{limt = 3},cse{limit = 3}"

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
