// RUN: not narrow opt %s --pipeline "quantize-kv{keys=!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 4, 0> window=8}"

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %mixed = nn.attention(%q, %k, %v) : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
