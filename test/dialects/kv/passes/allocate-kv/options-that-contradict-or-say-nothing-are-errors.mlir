// RUN: not narrow opt %s --pipeline "allocate-kv{bits=4}"
// RUN[TYPES]: not narrow opt %s --pipeline "allocate-kv{keys=[] values=[!lowp.q<ui4, block = [1, 1, 32], scale = f16, shift = f16>] bits=4}"
// RUN[TWICE]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>] bits=4}"
// RUN[NONE]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>]}"
// RUN[BOTH]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>] bits=4 bytes=100}"
// RUN[WINDOW]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.ring<!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, f16, 0, 0>] window=32 bits=4}"
// RUN[FIT]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>] values=[!lowp.q<ui4, block = [1, 1, 5], scale = f16, shift = f16>] bits=4}"
// RUN[IDLE]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [1, 1, 5], scale = f16, shift = f16>] bits=4}"
// RUN[DATA]: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>] values=[!lowp.q<ui2, block = [1, 1, 32], scale = f16, shift = f16>, !lowp.q<ui4, block = [1, 1, 32], scale = f16, shift = f16>] bits=4}"

func.func private @layer(%q: tensor<?x4x32xf32>, %k: tensor<?x2x32xf32>, %v: tensor<?x2x32xf32>, %past_keys: tensor<?x2x32xf32>, %past_values: tensor<?x2x32xf32>) -> (tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>) {
  %keys = nn.concat([%past_keys, %k]) {axis = 0} : tensor<?x2x32xf32>
  %values = nn.concat([%past_values, %v]) {axis = 0} : tensor<?x2x32xf32>
  %mixed = nn.attention(%q, %keys, %values) {causal = true} : tensor<?x4x32xf32>
  return %mixed, %keys, %values : tensor<?x4x32xf32>, tensor<?x2x32xf32>, tensor<?x2x32xf32>
}
