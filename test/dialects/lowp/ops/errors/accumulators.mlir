// RUN: narrow opt %s --verify-diagnostics

!x = tensor<2x131072x!lowp.q<i8, block = [1, *], scale = f32>>
!w = tensor<3x131072x!lowp.q<i8, block = [1, *], scale = f32>>
!grouped = tensor<3x131072x!lowp.q<i8, block = [1, 65536], scale = f32>>
!float = tensor<3x131072x!lowp.q<f8E4M3FN, block = [1, *], scale = f32>>
!shifted = tensor<3x131072x!lowp.q<ui8, block = [1, *], scale = f32, shift = f32>>
!halves = tensor<3x131072x!lowp.q<ui8, block = [1, *], scale = f32, zero = f16>>
!open = tensor<2x?x!lowp.q<i8, block = [1, *], scale = f32>>
!opened = tensor<3x?x!lowp.q<i8, block = [1, *], scale = f32>>

func.func @main(%x: !x, %w: !w, %g: !grouped, %f: !float, %s: !shifted, %h: !halves, %o: !open, %p: !opened, %d: tensor<2x131072xf32>) {
  // expected-error@+1 {{sums may leave i32: 131072 products reach 2147483648, expected less than 2^31}}
  %a = lowp.linear(%x, %w) {acc = i32} : tensor<2x3xf32>
  %b = lowp.linear(%x, %w) {acc = i64} : tensor<2x3xf32>
  %c = lowp.linear(%x, %g) {acc = i32} : tensor<2x3xf32>
  // expected-error@+1 {{the weight: element is f8E4M3FN, expected an integer}}
  %e = lowp.linear(%x, %f) {acc = i32} : tensor<2x3xf32>
  // expected-error@+1 {{the weight: the type has a shift, expected a scale, or a scale and a zero}}
  %i = lowp.linear(%x, %s) {acc = i32} : tensor<2x3xf32>
  // expected-error@+1 {{the weight: the zero is no integer, so code − zero is none}}
  %j = lowp.linear(%x, %h) {acc = i32} : tensor<2x3xf32>
  // expected-error@+1 {{the input is no !lowp.q, whose codes could be multiplied as integers}}
  %k = lowp.linear(%d, %w) {acc = i32} : tensor<2x3xf32>
  // expected-error@+1 {{sums may leave i32: the inner extent is unknown, expected less than 2^31}}
  %l = lowp.linear(%o, %p) {acc = i32} : tensor<2x3xf32>
  %m = lowp.linear(%o, %p) {acc = i64} : tensor<2x3xf32>
  return
}
