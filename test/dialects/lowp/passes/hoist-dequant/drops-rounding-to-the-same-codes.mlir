// RUN: narrow opt %s --pipeline hoist-dequant --check-contracts

!q = tensor<?x4x!lowp.q<i8, block = [*, *], scale = f32, zero = i8>>
// The second rounding finds the codes of the first; with scales of the data it need not.
// CHECK: %q = lowp.quantize(%x, %s, %z)
// CHECK-NEXT: %n = lowp.dequantize(%q)
// CHECK-NEXT: %p = lowp.quantize(%n)
// CHECK-NEXT: return %q, %p
func.func @main(%x: tensor<?x4xf32>) -> (!q, !q) {
  %s = nn.constant() {value = dense<0.25> : tensor<1x1xf32>} : tensor<1x1xf32>
  %z = nn.constant() {value = dense<3> : tensor<1x1xi8>} : tensor<1x1xi8>
  %q = lowp.quantize(%x, %s, %z) : !q
  %n = lowp.dequantize(%q) : tensor<?x4xf32>
  %again = lowp.quantize(%n, %s, %z) : !q
  %p = lowp.quantize(%n) : !q
  return %again, %p : !q, !q
}
