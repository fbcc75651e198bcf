func.func @attention(%q: tensor<?x8x16xf32>, %k: tensor<?x2x16xbf16>, %v: tensor<?x2x16xbf16>, %positions: tensor<?xi32>) -> tensor<?x8x16xf32> {
  %turned = nn.rope(%q, %positions) : tensor<?x8x16xf32>
  %again = nn.rope(%turned, %positions) {theta = 500000.0, interleaved = true} : tensor<?x8x16xf32>
  %seen = nn.attention(%again, %k, %v) {causal = true} : tensor<?x8x16xf32>
  %all = nn.attention(%seen, %k, %v) {scale = 0.125} : tensor<?x8x16xf32>
  return %all : tensor<?x8x16xf32>
}
