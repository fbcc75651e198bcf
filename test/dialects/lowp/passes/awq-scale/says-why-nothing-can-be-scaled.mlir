// RUN: narrow opt %s --verify-diagnostics --pipeline 'awq-scale{type=!lowp.q<i4, block = [1, 4], scale = f32>}'

// expected-error@unknown {{no linear op sees channels that something before it can scale}}
lowp.param @w : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>, %y: tensor<?x1xf32>) -> tensor<?x2xf32> {
  // expected-remark@+1 {{nn.mul %p is left as it is: it broadcasts a factor}}
  %p = nn.mul(%x, %y) : tensor<?x4xf32>
  %w = lowp.get(@w) : tensor<2x4xf32>
  %z = nn.linear(%p, %w) : tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}
