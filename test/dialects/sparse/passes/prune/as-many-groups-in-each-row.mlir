// RUN: narrow opt %s --pipeline "prune{pattern=group<2, rows = 1>}"
// RUN[NONE]: not narrow opt %s --pipeline "prune{pattern=group<2, rows = 0>}"
// RUN[WORD]: not narrow opt %s --pipeline "prune{pattern=group<2, columns = 2>}"

// Each row loses the pair of least energy, where the matrix as a whole would lose both of the first.
// CHECK: lowp.param @w : tensor<2x4xf32> = dense_resource<w.value> attributes {prov = {algo = "magnitude", pass = "prune", options = {pattern = "group<2, rows = 1>"}}}
// NONE: error[sparse-group]: groups are chosen among 0 rows, at least 1 expected
// WORD: error[pass-option]: pattern of pass prune is group<2, columns = 2>, expected N:M | group<G> | group<G, rows = R> | unstructured
lowp.param @w : tensor<2x4xf32> = dense<[[1.0, 1.0, 0.5, 1.0], [2.0, 0.0, 1.0, -1.5]]> : tensor<2x4xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
// CHECK: w.value: "0x{{[0-9]{8}}}0000803F0000803F0000000000000000000000400000000000000000{{0*}}"
