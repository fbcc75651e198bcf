// RUN[CACHES]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>] bits=4}" --explain allocate-kv

func.func @main(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> tensor<?x4x32xf32> {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  %again = nn.attention(%mixed, %k, %v) {causal = true} : tensor<?x4x32xf32>
  return %again : tensor<?x4x32xf32>
}
