// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, 3], scale = f32>}"

lowp.param @a : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %wa = lowp.get(@a) : tensor<2x4xf32>
  // expected-error@+1 {{the input that meets @a: block 3 does not divide extent 4 of axis 1}}
  %p = nn.linear(%x, %wa) : tensor<?x2xf32>
  return %p : tensor<?x2xf32>
}
