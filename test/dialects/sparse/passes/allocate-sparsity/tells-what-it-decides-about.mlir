// RUN: narrow opt %s --verify-diagnostics --explain allocate-sparsity --pipeline 'allocate-sparsity{shares=[0.25, 0.5] pattern=unstructured sparsity=0.25 skip=["head"]}'

// expected-remark@unknown {{ilp gives 1 weights 25.00 % zeros on average, 6 of 6 kept; weight-error adds up to 0.2500 squared error of the weights: no allocation within the budgets has less (gap 0)}}
// expected-remark@+1 {{allocate at lowp.param @up: applied}}
lowp.param @up : tensor<2x4xf32> = dense<[[1.0, 1.0, 0.5, 1.0], [2.0, 0.0, 1.0, -1.5]]> : tensor<2x4xf32>
lowp.param @down : tensor<1x2x!lowp.q<i8, block = [1, *], scale = f32>>
// expected-remark@+1 {{allocate at lowp.param @head: left alone: a pattern of skip matches it}}
lowp.param @head : tensor<2x2xf32>
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x1xf32>, tensor<?x2xf32>) {
  %u = lowp.get(@up) : tensor<2x4xf32>
  %d = lowp.get(@down) : tensor<1x2x!lowp.q<i8, block = [1, *], scale = f32>>
  %e = lowp.dequantize(%d) : tensor<1x2xf32>
  %h = lowp.get(@head) : tensor<2x2xf32>
  %y = nn.linear(%x, %u) : tensor<?x2xf32>
  // expected-remark@+1 {{allocate at nn.linear %z: left alone: its weight is %e, made by lowp.dequantize, expected a dense parameter}}
  %z = nn.linear(%y, %e) : tensor<?x1xf32>
  %v = nn.linear(%y, %h) : tensor<?x2xf32>
  return %z, %v : tensor<?x1xf32>, tensor<?x2xf32>
}
