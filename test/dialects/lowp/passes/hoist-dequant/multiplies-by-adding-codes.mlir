// RUN: narrow opt %s --pipeline "hoist-dequant{mul = lmul}" --check-contracts
// RUN[EXACT]: narrow opt %s --pipeline "hoist-dequant"
// RUN[TOLD]: narrow opt %s --pipeline "hoist-dequant{mul = lmul}" --verify-diagnostics
// RUN[BOTH]: narrow opt %s --pipeline "hoist-dequant{arithmetic = integers mul = lmul}"
// RUN[AGAIN]: not narrow opt %s --pipeline "hoist-dequant{mul = lmul},hoist-dequant{mul = lmul}"

// Wherever both sides are codes of one float, however they are scaled; other products stay as they are.
// CHECK: lowp.linear(%x_q, %w, %b) {mul = lmul}
// CHECK: lowp.linear(%x_q, %v) : tensor<?x2xf32>
// CHECK: lowp.linear(%x_i, %i) : tensor<?x2xf32>
// EXACT-NOT: mul
// BOTH: lowp.linear(%x_q, %w, %b) {mul = lmul}
// BOTH: lowp.linear(%x_q, %v) : tensor<?x2xf32>
// BOTH: lowp.linear(%x_i, %i) {acc = i32}
// AGAIN: mul = lmul has no effect: expected codes of one float, found the input is of E4M3 (bias 7, fn) and the weight of E5M2
// expected-remark@unknown {{linear-on-codes applied: 1 row (assumed), groups of 4}}
// expected-remark@unknown {{linear-on-codes applied: 1 row (assumed), groups of 8}}
// expected-remark@unknown {{linear-by-lmul matched 2 of 3: expected codes of one float, found the input is of E4M3 (bias 7, fn) and the weight of E5M2}}
// expected-remark@unknown {{linear-by-lmul matched 2 of 3: expected codes of one float, found the input is of i8}}
func.func @main(%x: tensor<?x8xf32>, %d: tensor<2x8xf32>, %b: tensor<2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %x_q = lowp.quantize(%x) : tensor<?x8x!lowp.q<f8E4M3FN, block = [1, *], scale = f32>>
  %x_i = lowp.quantize(%x) : tensor<?x8x!lowp.q<i8, block = [1, *], scale = f32>>
  %w = lowp.quantize(%d) : tensor<2x8x!lowp.q<f8E4M3FN, block = [1, 4], scale = f8E8M0FNU>>
  %v = lowp.quantize(%d) : tensor<2x8x!lowp.q<f8E5M2, block = [1, *], scale = f32>>
  %i = lowp.quantize(%d) : tensor<2x8x!lowp.q<i8, block = [1, *], scale = f32>>
  %x_n = lowp.dequantize(%x_q) : tensor<?x8xf32>
  %x_m = lowp.dequantize(%x_i) : tensor<?x8xf32>
  %w_n = lowp.dequantize(%w) : tensor<2x8xf32>
  %v_n = lowp.dequantize(%v) : tensor<2x8xf32>
  %i_n = lowp.dequantize(%i) : tensor<2x8xf32>
  %p = nn.linear(%x_n, %w_n, %b) : tensor<?x2xf32>
  %q = nn.linear(%x_n, %v_n) : tensor<?x2xf32>
  %r = nn.linear(%x_m, %i_n) : tensor<?x2xf32>
  return %p, %q, %r : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}
