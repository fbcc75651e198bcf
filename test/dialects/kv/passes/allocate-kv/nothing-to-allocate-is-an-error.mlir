// RUN: not narrow opt %s --pipeline "allocate-kv{keys=[!lowp.q<ui2, block = [32, 1, 1], scale = f16, shift = f16>, !lowp.q<ui4, block = [32, 1, 1], scale = f16, shift = f16>] bits=4}"

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
