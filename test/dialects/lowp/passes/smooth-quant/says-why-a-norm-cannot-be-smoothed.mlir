// RUN: narrow opt %s --verify-diagnostics --pipeline smooth-quant

// expected-error@unknown {{no norm passes its output to linear ops alone}}
lowp.param @g : tensor<4xf32>
lowp.param @w : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x4xf32>) {
  %g = lowp.get(@g) : tensor<4xf32>
  // expected-remark@+1 {{nn.rms_norm %n is left as it is: func.return sees its output too, which is no linear op on a dense parameter}}
  %n = nn.rms_norm(%x, %g) : tensor<?x4xf32>
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%n, %w) : tensor<?x2xf32>
  return %y, %n : tensor<?x2xf32>, tensor<?x4xf32>
}
