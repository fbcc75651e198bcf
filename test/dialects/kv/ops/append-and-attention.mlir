// RUN: narrow opt %s

func.func @main(%q: tensor<?x4x8xf32>, %k: tensor<?x2x8xf32>, %v: tensor<?x2x6xf32>, %keys: tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>, %values: tensor<?x2x6xbf16>) -> (tensor<?x4x6xf32>, tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>) {
  %mixed = kv.attention(%q, %keys, %k, %values, %v) {scale = 0.5} : tensor<?x4x6xf32>
  %next = kv.append(%keys, %k) : tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>
  return %mixed, %next : tensor<?x4x6xf32>, tensor<?x2x8x!lowp.ring<!lowp.q<ui4, block = [2, 1, 1], scale = f16, zero = ui4>, f16, 2, 0>>
}
