func.func private @layer(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, %past_values: tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>) -> (tensor<?x4x32xf32>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>) {
  %keys = kv.append(%past_keys, %k) : tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>
  %values = kv.append(%past_values, %v) : tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>
  %mixed = kv.attention(%q, %past_keys, %k, %past_values, %v) : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>
}

func.func @decode(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %keys: tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, %values: tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>) -> (tensor<?x4x32xf32>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>) {
  %mixed, %next_keys, %next_values = func.call(@layer, [%q, %k, %v, %keys, %values]) : tensor<?x4x32xf32>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>
  return %mixed, %next_keys, %next_values : tensor<?x4x32xf32>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>
}

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %none = nn.zeros() {shape = [0, 2, 32], element = f32} : tensor<0x2x32xf32>
  %empty = nn.refine(%none) : tensor<?x2x32xf32>
  %0 = lowp.quantize(%empty) : tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>
  %1 = lowp.quantize(%empty) : tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>
  %mixed, %keys, %values = func.call(@decode, [%q, %k, %v, %0, %1]) : tensor<?x4x32xf32>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f32, 0, 0>>, tensor<?x2x32x!lowp.ring<!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, f32, 0, 0>>
  return %mixed : tensor<?x4x32xf32>
}
