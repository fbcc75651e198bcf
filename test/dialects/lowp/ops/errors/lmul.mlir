// RUN: narrow opt %s --verify-diagnostics

!x = tensor<2x4x!lowp.q<f8E4M3FN, block = [1, *], scale = f32>>
!w = tensor<3x4x!lowp.q<f8E4M3FN, block = [1, 2], scale = f8E8M0FNU>>
!same = tensor<3x4x!lowp.q<!lowp.float<4, 3, 7, fn>, block = [1, 2], scale = f16>>
!own = tensor<3x4x!lowp.float<4, 3, 7, fn, subnormals = flush>>
!other = tensor<3x4x!lowp.q<f8E5M2, block = [1, *], scale = f32>>
!between = tensor<3x4x!lowp.q<!lowp.float<4, 3, 7.3, fn>, block = [1, *], scale = f32>>
!unsigned = tensor<3x4x!lowp.float<4, 3, 7, fn, sign = unsigned>>
!integer = tensor<3x4x!lowp.q<i8, block = [1, *], scale = f32>>
!shifted = tensor<3x4x!lowp.q<f8E4M3FN, block = [1, *], scale = f32, shift = f32>>
!sum = tensor<3x4x!lowp.sum<!lowp.q<f8E4M3FN, block = [1, *], scale = f32>, f16>>
!powers = tensor<3x4x!lowp.q<!lowp.float<3, 0, 3, none>, block = [1, *], scale = f32>>
!fixed = tensor<3x4x!lowp.float<0, 3, 1, none>>

func.func @main(%x: !x, %w: !w, %s: !same, %own: !own, %o: !other, %b: !between, %u: !unsigned, %i: !integer, %t: !shifted, %m: !sum, %p: !powers, %f: !fixed, %d: tensor<2x4xf32>) {
  %a0 = lowp.linear(%x, %w) {mul = lmul} : tensor<2x3xf32>
  %a1 = lowp.linear(%x, %s) {mul = lmul} : tensor<2x3xf32>
  %a2 = lowp.linear(%x, %own) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the input is of E4M3 (bias 7, fn) and the weight of E5M2 (bias 15, ieee), expected one float for both}}
  %b0 = lowp.linear(%x, %o) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the weight of E4M3 (bias 7.3, fn), expected one float}}
  %b1 = lowp.linear(%x, %b) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the weight of unsigned E4M3 (bias 7, fn), expected one float}}
  %b2 = lowp.linear(%x, %u) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the weight is of i8, expected codes of a float, with or without a scale}}
  %b3 = lowp.linear(%x, %i) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the weight has a shift, expected codes of a float}}
  %b4 = lowp.linear(%x, %t) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the weight is of !lowp.sum, expected codes of a float}}
  %b5 = lowp.linear(%x, %m) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{the input is tensor<2x4xf32>, expected codes of a float}}
  %b6 = lowp.linear(%d, %w) {mul = lmul} : tensor<2x3xf32>
  // expected-error@+1 {{E3M0 (bias 3, none) lacks bits of exponent or mantissa, expected both}}
  %b7 = lowp.linear(%p, %p) {mul = lmul} : tensor<3x3xf32>
  // expected-error@+1 {{E0M3 (bias 1, none) lacks bits of exponent or mantissa, expected both}}
  %b8 = lowp.linear(%f, %f) {mul = lmul} : tensor<3x3xf32>
  // expected-error@+1 {{mul = lmul multiplies floats, but acc sums integers}}
  %b9 = lowp.linear(%i, %i) {acc = i32, mul = lmul} : tensor<3x3xf32>
  return
}
