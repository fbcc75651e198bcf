// RUN: narrow opt %s --pipeline 'prune{pattern=unstructured sparsity=0.75}'

// Of eight weights the two largest stay.
// CHECK: options = {pattern = "unstructured", sparsity = 0.75}
lowp.param @w : tensor<2x4xf32> = dense<[[1.0, 1.0, 0.5, 1.0], [2.0, 0.0, 1.0, -1.5]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
// CHECK: w.value: "0x{{[0-9]{8}}}000000000000000000000000000000000000004000000000000000000000C0BF"
