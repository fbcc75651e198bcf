// RUN: narrow opt %s --pipeline "hoist-dequant{arithmetic = integers}" --check-contracts
// RUN[TOLD]: narrow opt %s --pipeline "hoist-dequant{arithmetic = integers}" --verify-diagnostics

// 16-bit codes of unknown sign fill 31 bits at once, so their sums need 64; those of 8 and 4 bits do not.
// CHECK: lowp.linear(%x_q, %w, %b) {acc = i32}
// CHECK: lowp.linear(%z_q, %v) {acc = i64}
// CHECK: lowp.linear(%z_q, %u) : tensor<?x2xf32>
// expected-remark@unknown 2 {{linear-on-codes applied: 1 row (assumed), groups of}}
// expected-remark@unknown {{linear-of-integers applied: acc = i32, sums to 8520; 1 row (assumed), groups of 4: 0.5 a weight to scale sums, 1 to dequantize}}
// expected-remark@unknown {{linear-of-integers applied: acc = i64, sums to 8589934592; 1 row (assumed), groups of 8: 0.25 a weight}}
// expected-remark@unknown {{linear-of-integers matched 2 of 4: expected integers with scales, found the weight: element is f4E2M1FN, expected an integer}}
func.func @main(%x: tensor<?x8xf32>, %d: tensor<2x8xf32>, %b: tensor<2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %x_q = lowp.quantize(%x) : tensor<?x8x!lowp.q<ui4, block = [1, 8], scale = f16, zero = ui4>>
  %w = lowp.quantize(%d) : tensor<2x8x!lowp.q<i8<-127:127>, block = [2, 4], scale = f32, zero = ui4>>
  %z_q = lowp.quantize(%x) : tensor<?x8x!lowp.q<i16, block = [1, *], scale = f32>>
  %v = lowp.quantize(%d) : tensor<2x8x!lowp.q<i16, block = [1, *], scale = f32>>
  %u = lowp.quantize(%d) : tensor<2x8x!lowp.q<f4E2M1FN, block = [1, 8], scale = f8E8M0FNU>>
  %x_n = lowp.dequantize(%x_q) : tensor<?x8xf32>
  %w_n = lowp.dequantize(%w) : tensor<2x8xf32>
  %z_n = lowp.dequantize(%z_q) : tensor<?x8xf32>
  %v_n = lowp.dequantize(%v) : tensor<2x8xf32>
  %u_n = lowp.dequantize(%u) : tensor<2x8xf32>
  %p = nn.linear(%x_n, %w_n, %b) : tensor<?x2xf32>
  %q = nn.linear(%z_n, %v_n) : tensor<?x2xf32>
  %r = nn.linear(%z_n, %u_n) : tensor<?x2xf32>
  return %p, %q, %r : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}
