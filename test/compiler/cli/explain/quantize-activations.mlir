// RUN: narrow opt %s --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, *], scale = f32>, only=[\"a\"]}" --explain quantize-activations --verify-diagnostics

lowp.param @a : tensor<2x2xf32>
lowp.param @b : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = lowp.get(@a) : tensor<2x2xf32>
  %b = lowp.get(@b) : tensor<2x2xf32>
  // expected-remark@+1 {{input of @a at nn.linear %y: applied}}
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  // expected-remark@+1 {{input of @b at nn.linear %z: left alone: no pattern of only matches it}}
  %z = nn.linear(%y, %b) : tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
