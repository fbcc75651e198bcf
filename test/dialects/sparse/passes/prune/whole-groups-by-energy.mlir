// RUN: narrow opt %s --pipeline prune{pattern=group<2>}

// Half of the pairs of the matrix go, those of least energy: both of the first row.
// CHECK: lowp.param @w : tensor<2x4xf32> = dense_resource<w.value> attributes {prov = {algo = "magnitude", pass = "prune", options = {pattern = "group<2>"}}}
lowp.param @w : tensor<2x4xf32> = dense<[[1.0, 1.0, 0.5, 1.0], [2.0, 0.0, 1.0, -1.5]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
// CHECK: w.value: "0x{{[0-9]{8}}}0000000000000000000000000000000000000040000000000000803F0000C0BF"
