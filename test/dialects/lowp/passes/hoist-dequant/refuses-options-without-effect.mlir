// RUN[ROWS]: narrow opt %s --pipeline "hoist-dequant{rows = 4}" --verify-diagnostics
// RUN[INTEGERS]: not narrow opt %s --pipeline "hoist-dequant{arithmetic = integers}"
// RUN[LMUL]: not narrow opt %s --pipeline "hoist-dequant{mul = lmul}"

// INTEGERS: arithmetic = integers has no effect: there is no lowp.linear
// LMUL: error[option-without-effect]: mul = lmul has no effect: expected a dequantized input and weight, found %x
// LMUL: hint: quantize inputs and weights to one float before
// expected-error[option-without-effect]@unknown {{rows = 4 has no effect: no input of a decision has unknown extents}}
func.func @main(%x: tensor<2x2xf32>, %w: tensor<2x2x!lowp.q<i4, block = [1, 2], scale = f16>>) -> tensor<2x2xf32> {
  %d = lowp.dequantize(%w) : tensor<2x2xf32>
  %y = nn.linear(%x, %d) : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
