// RUN: narrow opt %s --pipeline lower-to-js

// CHECK-LABEL: func.func @main
// CHECK-NEXT: return %x
func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
