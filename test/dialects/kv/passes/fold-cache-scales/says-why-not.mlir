// RUN[NONE]: not narrow opt %s --pipeline "fold-cache-scales{rows = 64}" --explain fold-cache-scales

!keys = tensor<?x2x8x!lowp.ring<!lowp.q<ui2, block = [4, 1, 1], scale = f16, shift = f16>, f16, 4, 0>>
func.func @main(%q: tensor<?x2x8xf32>, %k: tensor<?x2x8xf32>, %v: tensor<?x2x4xf32>, %keys: !keys, %values: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {
  %y = kv.attention(%q, %keys, %k, %values, %v) : tensor<?x2x4xf32>
  return %y : tensor<?x2x4xf32>
}
