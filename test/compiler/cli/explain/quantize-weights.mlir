// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, *], scale = f32>, skip=[\"b\"]}" --explain quantize-weights --verify-diagnostics

// expected-remark@+1 {{quantize at lowp.param @a: applied}}
lowp.param @a : tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
// expected-remark@+1 {{quantize at lowp.param @b: left alone: a pattern of skip matches it}}
lowp.param @b : tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>, %c: tensor<2x2xf32>) -> tensor<?x2xf32> {
  %a = lowp.get(@a) : tensor<2x2xf32>
  %b = lowp.get(@b) : tensor<2x2xf32>
  %y = nn.linear(%x, %a) : tensor<?x2xf32>
  %z = nn.linear(%y, %b) : tensor<?x2xf32>
  // expected-remark@+1 {{quantize at nn.linear %u: left alone: its weight is %c, an argument, expected a dense parameter}}
  %u = nn.linear(%z, %c) : tensor<?x2xf32>
  return %u : tensor<?x2xf32>
}
