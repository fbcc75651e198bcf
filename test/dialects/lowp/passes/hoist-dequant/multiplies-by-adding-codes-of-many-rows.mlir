// RUN: narrow opt %s --pipeline "hoist-dequant{mul = lmul}" --check-contracts
// RUN[EXACT]: narrow opt %s --pipeline "hoist-dequant"
// RUN[AGAIN]: not narrow opt %s --pipeline "hoist-dequant{mul = lmul},hoist-dequant{mul = lmul}"

// Dequantizing weights once is cheaper than scaling the sums of 64 rows, but floats have no codes to add.
// CHECK: lowp.linear(%x, %w, %b) {mul = lmul}
// EXACT: nn.linear(%x_n, %w_n, %b)
// AGAIN: mul = lmul has no effect: expected exact products, found mul = lmul
!q = tensor<64x8x!lowp.q<f4E2M1FN, block = [1, 4], scale = f8E4M3FN>>
func.func @main(%x: !q, %w: !q, %b: tensor<64xf32>) -> tensor<64x64xf32> {
  %x_n = lowp.dequantize(%x) : tensor<64x8xf32>
  %w_n = lowp.dequantize(%w) : tensor<64x8xf32>
  %y = nn.linear(%x_n, %w_n, %b) : tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}
