// RUN: narrow opt %s

func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %q = lowp.quantize(%x) : tensor<?x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  %d = lowp.dequantize(%q) : tensor<?x4xf32>
  return %d : tensor<?x4xf32>
}
