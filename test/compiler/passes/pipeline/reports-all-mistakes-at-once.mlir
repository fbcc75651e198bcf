// RUN: not narrow opt %s --pipeline "csee,canonicalize{skp = [a]},fold-constants{limit = x, limt = 2},quantize-weights{type = !lowp.q<i4, blok = [1, 32], scale = f32>}"

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
