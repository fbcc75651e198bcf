// RUN: narrow opt %s --pipeline lower-to-js --check-contracts

// CHECK-LABEL: func.func @main
// CHECK-NEXT: %q = js.norm_quantize(%x, %g)
// CHECK-NEXT: %active = js.linear(%q, %gate) {activation = silu, acc = i32} : tensor<?x4xf32>
// CHECK-NEXT: %y = js.linear(%q, %up, none, %active) {acc = i32} : tensor<?x4xf32>
// CHECK-NEXT: %z = js.linear(%y, %up, none, none, %x) : tensor<?x4xf32>
// CHECK-NEXT: return %z
!row = tensor<?x4x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
!weight = tensor<4x4x!lowp.q<i4, block = [1, 2], scale = f16>>
func.func @main(%x: tensor<?x4xf32>, %g: tensor<4xf32>, %gate: !weight, %up: !weight) -> tensor<?x4xf32> {
  %n = nn.rms_norm(%x, %g) : tensor<?x4xf32>
  %q = lowp.quantize(%n) : !row
  %a = lowp.linear(%q, %gate) {acc = i32} : tensor<?x4xf32>
  %b = lowp.linear(%q, %up) {acc = i32} : tensor<?x4xf32>
  %active = nn.silu(%a) : tensor<?x4xf32>
  %y = nn.mul(%active, %b) : tensor<?x4xf32>
  %c = lowp.linear(%y, %up) : tensor<?x4xf32>
  %z = nn.add(%x, %c) : tensor<?x4xf32>
  return %z : tensor<?x4xf32>
}
