// RUN: narrow opt %s --verify-diagnostics
// What is added to a cache, and what is asked of it, must be in its basis.

rot.def(@r3) {transform = #rot.hadamard<4>}
rot.def(@r2) {transform = #rot.hadamard<4, seed = 1>}
!keys = tensor<?x2x4x!lowp.ring<!lowp.q<ui4, block = [4, 1, 1], scale = f16>, f16, 4, 0>, #rot.frame<@r3 on 2>>
!values = tensor<?x2x4x!lowp.ring<!lowp.q<ui4, block = [1, 1, 4], scale = f16>, f16, 4, 0>, #rot.frame<@r2 on 2>>
func.func @append(%cache: !keys, %k: tensor<?x2x4xf32>) -> !keys {
  // expected-error@+1 {{axis 2 of %k is in the identity frame, but axis 2 of %next is in frame @r3: kv.append needs them in one}}
  %next = kv.append(%cache, %k) : !keys
  return %next : !keys
}
func.func @attend(%q: tensor<?x2x4xf32>, %past: !keys, %k: tensor<?x2x4xf32, #rot.frame<@r3 on 2>>, %values: !values, %v: tensor<?x2x4xf32, #rot.frame<@r2 on 2>>) -> tensor<?x2x4xf32, #rot.frame<@r2 on 2>> {
  // expected-error@+1 {{axis 2 of %q is in the identity frame, but axis 2 of %past is in frame @r3}}
  %y = kv.attention(%q, %past, %k, %values, %v) : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
  return %y : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
}
func.func @mix(%q: tensor<?x2x4xf32, #rot.frame<@r3 on 2>>, %past: !keys, %k: tensor<?x2x4xf32, #rot.frame<@r3 on 2>>, %values: !values, %v: tensor<?x2x4xf32>) -> tensor<?x2x4xf32, #rot.frame<@r2 on 2>> {
  // expected-error@+1 {{axis 2 of %v is in the identity frame}}
  %y = kv.attention(%q, %past, %k, %values, %v) : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
  return %y : tensor<?x2x4xf32, #rot.frame<@r2 on 2>>
}
