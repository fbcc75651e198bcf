// RUN: narrow opt %s --verify-diagnostics --pipeline pack-sparsity --explain pack-sparsity

// expected-remark@unknown {{1 of 2 weights packed as nm 2:4: 18 bytes instead of 32}}
// expected-remark@+1 {{leave out zeros at lowp.param @regular: applied: nm 2:4, 18 bytes instead of 32}}
lowp.param @regular : tensor<2x8xbf16> = dense<[[1.0, 2.0, 0.0, 0.0, 0.0, 3.0, 4.0, 0.0], [0.0, 5.0, 6.0, 0.0, 7.0, 0.0, 0.0, 8.0]]> : tensor<2x8xbf16>
// expected-remark@+1 {{leave out zeros at lowp.param @full: left alone: no kind saves bytes, as 0 of 2 numbers are zero}}
lowp.param @full : tensor<1x2xf32> = dense<[[1.0, 2.0]]> : tensor<1x2xf32>
// expected-remark@+1 {{leave out zeros at lowp.param @packed: left alone: it is tensor<1x4x!lowp.sparse<…>>, expected floats or codes}}
lowp.param @packed : tensor<1x4x!lowp.sparse<nm 2:4, bf16>>
func.func @main(%x: tensor<?x8xf32>, %y: tensor<?x2xf32>, %z: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %a = lowp.get(@regular) : tensor<2x8xbf16>
  %b = lowp.get(@full) : tensor<1x2xf32>
  %c = lowp.get(@packed) : tensor<1x4x!lowp.sparse<nm 2:4, bf16>>
  %p = nn.linear(%x, %a) : tensor<?x2xf32>
  %q = nn.linear(%y, %b) : tensor<?x1xf32>
  %r = lowp.linear(%z, %c) : tensor<?x1xf32>
  return %p, %q, %r : tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>
}
