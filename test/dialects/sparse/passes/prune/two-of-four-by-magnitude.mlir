// RUN: narrow opt %s --pipeline prune{pattern=2:4}

// The two largest magnitudes of every four inputs of a row stay, of equals the first.
// CHECK: lowp.param @w : tensor<2x8xf32> = dense_resource<w.value> attributes {prov = {algo = "magnitude", pass = "prune", options = {pattern = "2:4"}}}
lowp.param @w : tensor<2x8xf32> = dense<[[1.0, -4.0, 3.0, 2.0, 5.0, 5.0, 5.0, 5.0], [0.0, 0.0, -1.0, 0.0, -8.0, 7.0, -6.0, 5.0]]> : tensor<2x8xf32>
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x8xf32>
  // CHECK: nn.linear(%x, %w) : tensor<?x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
// 0 −4 3 0 | 5 5 0 0, then 0 0 −1 0 | −8 7 0 0
// CHECK: w.value: "0x{{[0-9]{8}}}00000000000080C000004040000000000000A0400000A04000000000000000000000000000000000000080BF00000000000000C10000E0400000000000000000"
