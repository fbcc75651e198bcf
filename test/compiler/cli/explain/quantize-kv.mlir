// RUN[RING]: not narrow opt %s --pipeline "quantize-kv{keys=!lowp.q<ui4, block = [1, 1, *], scale = f16, zero = ui4>}" --explain quantize-kv

func.func @main(%q: tensor<2x1x4xf32>, %k: tensor<2x1x4xf32>, %v: tensor<2x1x4xf32>) -> tensor<2x1x4xf32> {
  %y = nn.attention(%q, %k, %v) {causal = true} : tensor<2x1x4xf32>
  return %y : tensor<2x1x4xf32>
}
