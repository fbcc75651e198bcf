// RUN: narrow opt %s --pipeline hoist-dequant
// RUN[TOLD]: narrow opt %s --pipeline hoist-dequant --explain hoist-dequant --verify-diagnostics

// CHECK-NOT: lowp.slice
// CHECK-NOT: lowp.concat
// CHECK-NOT: lowp.reshape
// CHECK-NOT: lowp.gather
// expected-warning@unknown {{hoist-dequant found nothing}}
// expected-remark@unknown {{slice-codes matched 1 of 3: expected a type that survives, found 8 to 40 of axis 1 cuts through blocks of 32}}
// expected-remark@unknown {{gather-codes matched 1 of 3: expected a type that survives, found elements of axis 1 share scales by 32}}
// expected-remark@unknown {{reshape-codes matched 1 of 3: expected a type that survives, found blocks [1, 32] of [4, 96] are no blocks of [8, 48]}}
// expected-remark@unknown {{concat-codes matched 1 of 3: expected a type that survives, found each part has its own scale for all of axis 1}}
// expected-remark@unknown {{relu-codes matched 1 of 3: expected a type that survives, found the type has a zero, expected a scale alone}}
// expected-remark@unknown {{broadcast-codes matched 1 of 4: expected no more elements than before, found 3 times the bytes of the codes}}
!g = tensor<4x96x!lowp.q<i4, block = [1, 32], scale = f16>>
!r = tensor<4x8x!lowp.q<ui4, block = [1, *], scale = f16, zero = ui4>>
func.func @main(%g: !g, %r: !r, %ids: tensor<3xi32>) -> (tensor<4x32xf32>, tensor<4x3xf32>, tensor<8x48xf32>, tensor<4x16xf32>, tensor<4x8xf32>, tensor<3x4x8xf32>) {
  %n = lowp.dequantize(%g) : tensor<4x96xf32>
  %m = lowp.dequantize(%r) : tensor<4x8xf32>
  // expected-remark@+1 {{slice-codes at nn.slice %s}}
  %s = nn.slice(%n) {starts = [0, 8], sizes = [4, 32]} : tensor<4x32xf32>
  // expected-remark@+1 {{gather-codes at nn.gather %e}}
  %e = nn.gather(%n, %ids) {axis = 1} : tensor<4x3xf32>
  // expected-remark@+1 {{reshape-codes at nn.reshape %h}}
  %h = nn.reshape(%n) {shape = [8, 48]} : tensor<8x48xf32>
  // expected-remark@+1 {{concat-codes at nn.concat %c}}
  %c = nn.concat([%m, %m]) {axis = 1} : tensor<4x16xf32>
  // expected-remark@+1 {{relu-codes at nn.relu %p}}
  %p = nn.relu(%m) : tensor<4x8xf32>
  // expected-remark@+1 {{broadcast-codes at nn.broadcast_to %b}}
  %b = nn.broadcast_to(%m) {shape = [3, 4, 8]} : tensor<3x4x8xf32>
  return %s, %e, %h, %c, %p, %b : tensor<4x32xf32>, tensor<4x3xf32>, tensor<8x48xf32>, tensor<4x16xf32>, tensor<4x8xf32>, tensor<3x4x8xf32>
}
