// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @kind(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{kv.keys is no type of a cache}}
  %y = nn.attention(%q, %k, %k) {kv.keys = 3, kv.values = !lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>} : tensor<?x4x32xf32>
  return %y : tensor<?x4x32xf32>
}

// -----

func.func @floats(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{kv.values is no type of a cache}}
  %y = nn.attention(%q, %k, %k) {kv.values = f16} : tensor<?x4x32xf32>
  return %y : tensor<?x4x32xf32>
}

// -----

func.func @width(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{kv.values does not fit tensor<?x2x32xf32>: block 5 does not divide extent 32 of axis 2}}
  %y = nn.attention(%q, %k, %k) {kv.values = !lowp.q<ui4, block = [1, 1, 5], scale = f16, shift = f16>} : tensor<?x4x32xf32>
  return %y : tensor<?x4x32xf32>
}

// -----

func.func @window(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  // expected-error@+1 {{kv.keys does not fit tensor<?x2x32xf32>: window 8 does not hold whole groups of 32 entries}}
  %y = nn.attention(%q, %k, %k) {kv.keys = !lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 8, 0>} : tensor<?x4x32xf32>
  return %y : tensor<?x4x32xf32>
}

// -----

func.func @place(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{kv.keys stands beside nn.add, which has no cache to put into it}}
  %y = nn.add(%x, %x) {kv.keys = !lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>} : tensor<4xf32>
  return %y : tensor<4xf32>
}
