// RUN: narrow opt %s --verify-diagnostics --pipeline "prune{pattern=1:2 skip=[\"kept\"]}" --explain prune

// expected-remark@unknown {{60.00 % of 10 weights in 2 parameters are zero}}
// expected-remark@+1 {{prune at lowp.param @pairs: applied: 2 of 4 numbers are zero}}
lowp.param @pairs : tensor<1x4xf32> = dense<[[1.0, 2.0, 4.0, 3.0]]> : tensor<1x4xf32>
// expected-remark@+1 {{prune at lowp.param @empty: applied: 4 of 6 numbers are zero}}
lowp.param @empty : tensor<1x6xf32> = dense<[[1.0, 2.0, 0.0, 0.0, 4.0, 5.0]]> : tensor<1x6xf32>
// expected-remark@+1 {{prune at lowp.param @kept: left alone: a pattern of skip matches it}}
lowp.param @kept : tensor<1x4xf32> = dense<1.0> : tensor<1x4xf32>
func.func @main(%x: tensor<?x4xf32>, %z: tensor<?x6xf32>) -> (tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %a = lowp.get(@pairs) : tensor<1x4xf32>
  %b = lowp.get(@empty) : tensor<1x6xf32>
  %c = lowp.get(@kept) : tensor<1x4xf32>
  %p = nn.linear(%x, %a) : tensor<?x1xf32>
  %q = nn.linear(%z, %b) : tensor<?x1xf32>
  %r = nn.linear(%x, %c) : tensor<?x1xf32>
  return %p, %q, %r : tensor<?x1xf32>, tensor<?x1xf32>, tensor<?x1xf32>
}
