// RUN: not narrow opt %s --pipeline "cse,,canonicalize"
// RUN[UNCLOSED]: not narrow opt %s --pipeline "fold-constants{limit = 3"

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
