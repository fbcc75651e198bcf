lowp.param @w.column_norms : tensor<4xf32> = dense_resource<w.column_norms> attributes {prov = {algo = "column-norms", pass = "sparsify-activations"}}
lowp.param @w : tensor<2x4xf32> = dense<[[3.0, 0.0, 2.0, 0.0], [4.0, 1.0, 0.0, 0.0]]>

func.func @main(%x: tensor<?x4xf32>, %z: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %0 = lowp.get(@w.column_norms) : tensor<4xf32>
  %1 = sparse.weight_informed_top_k(%x, %0) {k = 2} : tensor<?x4xf32>
  %y = nn.linear(%1, %w) : tensor<?x2xf32>
  %2 = lowp.get(@w.column_norms) : tensor<4xf32>
  %3 = sparse.weight_informed_top_k(%z, %2) {k = 2} : tensor<?x4xf32>
  %v = nn.linear(%3, %w) : tensor<?x2xf32>
  return %y, %v : tensor<?x2xf32>, tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.column_norms: "0x040000000000A0400000803F0000004000000000"
    }
  }
#-}
