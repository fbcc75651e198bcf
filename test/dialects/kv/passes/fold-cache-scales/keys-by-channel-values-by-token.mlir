// RUN: narrow opt %s --pipeline fold-cache-scales --check-contracts
// RUN[MANY]: narrow opt %s --pipeline "fold-cache-scales{rows = 8}"
// RUN[TOLD]: narrow opt %s --pipeline fold-cache-scales --explain fold-cache-scales --verify-diagnostics

// Two heads share a cache: a step of one token has two queries for it. With eight, keys are dequantized, in groups of 4.
// CHECK: kv.attention(%q, %keys, %k, %values, %v) {on_codes = both}
// MANY: kv.attention(%q, %keys, %k, %values, %v) {on_codes = values}
// expected-remark@unknown {{keys applied: 2 queries a step (assumed), groups of 4: 1.5 a number to fold, 2 to dequantize}}
// expected-remark@unknown {{values applied: 2 queries a step (assumed), groups of 32: 0.063 a number to fold, 1 to dequantize}}
!keys = tensor<?x2x8x!lowp.ring<!lowp.q<ui2, block = [4, 1, 1], scale = f16, shift = f16>, f16, 4, 0>>
!values = tensor<?x2x32x!lowp.ring<!lowp.q<i4, block = [1, 1, *], scale = f16>, f16, 0, 0>>
func.func @main(%q: tensor<?x4x8xf32>, %k: tensor<?x2x8xf32>, %v: tensor<?x2x32xf32>, %keys: !keys, %values: !values) -> tensor<?x4x32xf32> {
  // expected-remark@+2 {{keys at kv.attention %y: applied}}
  // expected-remark@+1 {{values at kv.attention %y: applied}}
  %y = kv.attention(%q, %keys, %k, %values, %v) : tensor<?x4x32xf32>
  return %y : tensor<?x4x32xf32>
}
