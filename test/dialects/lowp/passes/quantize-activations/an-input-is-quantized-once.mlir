// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, *], scale = f32>}"

lowp.param @a : tensor<2x4xf32>
func.func @main(%x: tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32>>) -> tensor<?x2xf32> {
  %wa = lowp.get(@a) : tensor<2x4xf32>
  %d = lowp.dequantize(%x) : tensor<?x4xf32>
  // expected-error@+1 {{the input that meets @a is in a lowp type already}}
  %p = nn.linear(%d, %wa) : tensor<?x2xf32>
  return %p : tensor<?x2xf32>
}
