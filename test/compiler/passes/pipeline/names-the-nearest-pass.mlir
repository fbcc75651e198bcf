// RUN: not narrow opt %s --pipeline "canonicalise,eliminate-deadcode,completely-different-thing"

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
