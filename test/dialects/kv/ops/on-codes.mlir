// RUN: narrow opt %s --verify-diagnostics

!ring = tensor<?x2x8x!lowp.ring<!lowp.q<ui2, block = [4, 1, 1], scale = f16, shift = f16>, f16, 4, 0>>
!own = tensor<?x2x8x!lowp.ring<bf16, f16, 4, 0>>
!padded = tensor<?x2x6x!lowp.ring<!lowp.q<ui2, block = [1, 1, 4], scale = f16, tail = pad>, f16, 4, 0>>
func.func @main(%q: tensor<?x2x8xf32>, %k: tensor<?x2x8xf32>, %w: tensor<?x2x6xf32>, %r: !ring, %o: !own, %p: !padded, %d: tensor<?x2x8xf32>) {
  %a = kv.attention(%q, %r, %k, %r, %k) {on_codes = both} : tensor<?x2x8xf32>
  // expected-error@+1 {{the keys cannot be read as codes: the old entries of the ring are no !lowp.q}}
  %b = kv.attention(%q, %o, %k, %r, %k) {on_codes = keys} : tensor<?x2x8xf32>
  // expected-error@+1 {{the values cannot be read as codes: the cache is no lowp.ring}}
  %c = kv.attention(%q, %r, %k, %d, %k) {on_codes = both} : tensor<?x2x8xf32>
  // expected-error@+1 {{the values cannot be read as codes: the old entries are filled up to whole blocks}}
  %e = kv.attention(%q, %r, %k, %p, %w) {on_codes = values} : tensor<?x2x6xf32>
  return
}
