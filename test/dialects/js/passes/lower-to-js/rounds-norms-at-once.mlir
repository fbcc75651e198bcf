// RUN: narrow opt %s --pipeline lower-to-js --check-contracts

// CHECK-LABEL: func.func @main
// CHECK-NEXT: %a = js.norm_quantize(%x) {epsilon = 0.25}
// CHECK-NEXT: %b = js.norm_quantize(%x, %g, %g) {norm = layer}
// CHECK-NEXT: %c = js.norm_quantize(%x, none, %g) {norm = layer}
// CHECK-NEXT: return
!row = tensor<?x4x!lowp.q<ui4, block = [1, 2], scale = f16, shift = f16>>
func.func @main(%x: tensor<?x4xf32>, %g: tensor<4xf32>) -> (!row, !row, !row) {
  %n = nn.rms_norm(%x) {epsilon = 0.25} : tensor<?x4xf32>
  %a = lowp.quantize(%n) : !row
  %m = nn.layer_norm(%x, %g, %g) {axis = 1} : tensor<?x4xf32>
  %b = lowp.quantize(%m) : !row
  %l = nn.layer_norm(%x, none, %g) : tensor<?x4xf32>
  %c = lowp.quantize(%l) : !row
  return %a, %b, %c : !row, !row, !row
}
