// RUN: narrow opt %s --pipeline canonicalize,fold-constants,canonicalize

// What was rounded stays rounded: neither the codes nor their numbers become a constant of floats.
// CHECK: %q = lowp.quantize(%c)
// CHECK-NEXT: [[T:%.*]] = lowp.transpose(%q)
// CHECK-NEXT: [[N:%.*]] = lowp.dequantize([[T]])
// CHECK-NEXT: nn.add(%x, [[N]])
func.func @main(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %c = nn.constant() {value = dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf32>} : tensor<2x4xf32>
  %q = lowp.quantize(%c) : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32>>
  %t = lowp.transpose(%q) {permutation = [1, 0]} : tensor<4x2x!lowp.q<i4, block = [*, 1], scale = f32>>
  %n = lowp.dequantize(%t) : tensor<4x2xf32>
  %y = nn.add(%x, %n) : tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
