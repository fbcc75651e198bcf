// RUN: narrow opt %s --pipeline fold-constants

// What a cast to fewer bits yields stays a value of the program, and so does all that hangs on it.
// CHECK: [[C:%.*]] = nn.constant()
// CHECK-NEXT: %q = lowp.quantize([[C]])
// CHECK-NEXT: %d = lowp.dequantize(%q)
// CHECK-NEXT: %h = nn.cast([[C]]) {element = f16}
// CHECK-NEXT: %n = nn.neg(%d)
func.func @f() -> (tensor<2x2xf32>, tensor<2x2xf16>) {
  %c = nn.constant() {value = dense<[[1.1, 2.2], [3.3, 4.4]]> : tensor<2x2xf32>} : tensor<2x2xf32>
  %q = lowp.quantize(%c) : tensor<2x2x!lowp.q<i4, block = [1, *], scale = f32>>
  %d = lowp.dequantize(%q) : tensor<2x2xf32>
  %h = nn.cast(%c) {element = f16} : tensor<2x2xf16>
  %n = nn.neg(%d) : tensor<2x2xf32>
  return %n, %h : tensor<2x2xf32>, tensor<2x2xf16>
}
