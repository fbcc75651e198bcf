// RUN: not narrow opt %s --pipeline "quantize-kv{window=8}"

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %mixed = nn.attention(%q, %k, %v) : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
