// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, *], scale = f32>}"

// expected-error@unknown {{no linear op takes its weight from a parameter}}
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}
