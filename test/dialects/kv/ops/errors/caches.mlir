// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @shape(%cache: tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>, %x: tensor<3x4x8xf32>) -> tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>> {
  // expected-error@+1 {{tensor<3x4x8xf32> does not continue tensor<?x2x8x!lowp.ring<…>>}}
  %y = kv.append(%cache, %x) : tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>
  return %y : tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>
}

// -----

func.func @dense(%cache: tensor<?x2x8xf32>, %x: tensor<3x2x8xf32>) -> tensor<?x2x8xf32> {
  // expected-error@+1 {{tensor of a lowp.ring}}
  %y = kv.append(%cache, %x) : tensor<?x2x8xf32>
  return %y : tensor<?x2x8xf32>
}

// -----

func.func @growth(%q: tensor<3x2x8xf32>, %k: tensor<2x2x8xf32>, %keys: tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>) -> tensor<3x2x8xf32> {
  // expected-error@+1 {{3 queries bring 2 new keys, expected as many}}
  %y = kv.attention(%q, %keys, %k, %keys, %k) : tensor<3x2x8xf32>
  return %y : tensor<3x2x8xf32>
}

// -----

func.func @axis(%q: tensor<?x2x8xf32>, %k: tensor<?x2x8xf32>, %keys: tensor<?x2x8x!lowp.ring<f16, f32, 0, 1>>) -> tensor<?x2x8xf32> {
  // expected-error@+1 {{the cache grows along axis 1, expected 0}}
  %y = kv.attention(%q, %keys, %k, %keys, %k) : tensor<?x2x8xf32>
  return %y : tensor<?x2x8xf32>
}
