lowp.param @k : tensor<2x8x!lowp.sparse<bsr 4, f32>> = {offsets = dense_resource<k.offsets> : tensor<3xi32>, columns = dense_resource<k.columns> : tensor<?xui8>, values = dense_resource<k.values> : tensor<?x4xf32>} attributes {prov = {algo = "bsr 4", pass = "pack-sparsity"}}

func.func @main(%x: tensor<?x2x4x8xf32>) -> tensor<?x2x4x5xf32> {
  %k_stored = lowp.get(@k) : tensor<2x8x!lowp.sparse<bsr 4, f32>>
  %0 = lowp.dequantize(%k_stored) : tensor<2x8xf32>
  %k = nn.reshape(%0) {shape = [2, 2, 1, 4]} : tensor<2x2x1x4xf32>
  %y = nn.conv2d(%x, %k) : tensor<?x2x4x5xf32>
  return %y : tensor<?x2x4x5xf32>
}

{-#
  dialect_resources: {
    builtin: {
      k.offsets: "0x04000000000000000100000002000000",
      k.columns: "0x040000000001",
      k.values: "0x040000000000803F0000004000004040000080400000000000000000000000000000A040"
    }
  }
#-}
