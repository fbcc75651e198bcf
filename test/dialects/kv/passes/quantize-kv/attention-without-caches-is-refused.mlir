// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline "quantize-kv{keys=!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16> values=!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>}"

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{attention that is not causal reads tokens before they are in a cache}}
  %mixed = nn.attention(%q, %k, %v) : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}

// -----

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{the keys of this attention are no cache: they are not joined from earlier and new ones}}
  %mixed = nn.attention(%q, %k, %v) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}

// -----

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past, %v, %v]) {axis = 0} : tensor<?x2x32xf32>
  // expected-error@+1 {{the values of this attention are no cache: 3 tensors are joined, not two}}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}

// -----

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past, %k]) {axis = 0} : tensor<?x2x32xf32>
  %doubled = nn.add(%past, %past) : tensor<?x2x32xf32>
  %values = nn.concat([%doubled, %v]) {axis = 0} : tensor<?x2x32xf32>
  // expected-error@+1 {{the values of this attention are no cache: the earlier ones are no argument of the function}}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}
