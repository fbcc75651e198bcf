// RUN: narrow opt %s --pipeline lower-to-js
// RUN[TOLD]: narrow opt %s --pipeline lower-to-js --explain lower-to-js --verify-diagnostics

// CHECK-LABEL: func.func @main
// CHECK-NOT: js.
!row = tensor<3x4x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
!whole = tensor<3x4x!lowp.q<i8<-127:127>, block = [*, *], scale = f32>>
!drawn = tensor<3x4x!lowp.q<i8<-127:127>, block = [1, *], scale = f32, rounding = stochastic>>
!sum = tensor<3x4x!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>>>
func.func @main(%x: tensor<3x4xf32>, %s: tensor<1x1xf32>) -> (tensor<3x4xf32>, !row, !row, !whole, !drawn, !sum, !row) {
  %n = nn.rms_norm(%x) : tensor<3x4xf32>
  // expected-remark@+1 {{fuse-norm-quantize at lowp.quantize %a: matched 1 of 6: expected one use of its result, found several of %n, made by nn.rms_norm}}
  %a = lowp.quantize(%n) : !row
  // expected-remark@+1 {{fuse-norm-quantize at lowp.quantize %b: matched 0 of 6: expected a norm, found %x, an argument}}
  %b = lowp.quantize(%x) : !row
  %n1 = nn.rms_norm(%x) : tensor<3x4xf32>
  // expected-remark@+1 {{fuse-norm-quantize at lowp.quantize %c: matched 2 of 6: expected scales of the data, found %s, an argument}}
  %c = lowp.quantize(%n1, %s) : !whole
  %n2 = nn.rms_norm(%x) : tensor<3x4xf32>
  // expected-remark@+1 {{fuse-norm-quantize at lowp.quantize %d: matched 4 of 6: expected rounding to nearest, found seed = 1}}
  %d = lowp.quantize(%n2) {seed = 1} : !drawn
  %n3 = nn.rms_norm(%x) : tensor<3x4xf32>
  // expected-remark@+1 {{fuse-norm-quantize at lowp.quantize %e: matched 3 of 6: expected a type lowp.q, found tensor<3x4x!lowp.sum<…>>}}
  %e = lowp.quantize(%n3) : !sum
  %n4 = nn.layer_norm(%x) {axis = 0} : tensor<3x4xf32>
  // expected-remark@+1 {{fuse-norm-quantize at lowp.quantize %f: matched 5 of 6: expected a norm over the last axis, found axis = 0}}
  %f = lowp.quantize(%n4) : !row
  return %n, %a, %b, %c, %d, %e, %f : tensor<3x4xf32>, !row, !row, !whole, !drawn, !sum, !row
}
