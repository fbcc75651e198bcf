// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>] bits=4}"

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{attention that is not causal reads tokens before they are in a cache}}
  %mixed = nn.attention(%q, %k, %v) : tensor<?x4x32xf32>
  return %mixed : tensor<?x4x32xf32>
}

// -----

func.func @main(%q: tensor<?x4x?xf32>, %k: tensor<?x2x?xf32>, %v: tensor<?x2x?xf32>, %past_keys: tensor<?x2x?xf32>, %past_values: tensor<?x2x?xf32>) -> tensor<?x4x?xf32> {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x?xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x?xf32>
  // expected-error@+1 {{what main.keys takes is not known before it is filled}}
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x?xf32>
  return %mixed : tensor<?x4x?xf32>
}
