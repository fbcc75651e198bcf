// RUN: narrow opt %s --pipeline "hoist-dequant{requantize = true}" --check-contracts
// RUN[NOT]: narrow opt %s --pipeline hoist-dequant
// RUN[IDLE]: not narrow opt %s --pipeline "hoist-dequant{requantize = true},hoist-dequant{requantize = true}"

// Only where it is asked for, as the numbers are others; blocks must agree.
// CHECK: lowp.requantize(%q) : tensor<?x4x!lowp.q<i4, block = [1, *], scale = f32>>
// CHECK: lowp.quantize(%n) : tensor<?x4x!lowp.q<i4, block = [1, 2], scale = f32>>
// NOT-NOT: lowp.requantize
// IDLE: requantize has no effect: no codes are dequantized and rounded to fewer bits of the same blocks
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x4x!lowp.q<i4, block = [1, *], scale = f32>>, tensor<?x4x!lowp.q<i4, block = [1, 2], scale = f32>>) {
  %q = lowp.quantize(%x) : tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32>>
  %n = lowp.dequantize(%q) : tensor<?x4xf32>
  %four = lowp.quantize(%n) : tensor<?x4x!lowp.q<i4, block = [1, *], scale = f32>>
  %other = lowp.quantize(%n) : tensor<?x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  return %four, %other : tensor<?x4x!lowp.q<i4, block = [1, *], scale = f32>>, tensor<?x4x!lowp.q<i4, block = [1, 2], scale = f32>>
}
