lowp.param @regular : tensor<2x8x!lowp.sparse<nm 2:4, bf16>> = {indices = dense_resource<regular.indices> : tensor<2x4xui2>, values = dense_resource<regular.values> : tensor<2x4xbf16>} attributes {prov = {algo = "nm 2:4", pass = "pack-sparsity"}}
lowp.param @groups : tensor<2x16x!lowp.sparse<group 8, f32>> = {mask = dense_resource<groups.mask> : tensor<2x2xui1>, values = dense_resource<groups.values> : tensor<?x8xf32>} attributes {prov = {algo = "group 8", pass = "pack-sparsity"}}
lowp.param @few : tensor<2x9x!lowp.sparse<bitmap, f32>> = {mask = dense_resource<few.mask> : tensor<2x9xui1>, values = dense_resource<few.values> : tensor<?xf32>} attributes {prov = {algo = "bitmap", pass = "pack-sparsity"}}
lowp.param @full : tensor<1x2xf32> = dense<[[1.0, 2.0]]>

func.func @main(%x: tensor<?x8xf32>, %g: tensor<?x16xf32>, %f: tensor<?x9xf32>, %d: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>) {
  %a_stored = lowp.get(@regular) : tensor<2x8x!lowp.sparse<nm 2:4, bf16>>
  %a = lowp.dequantize(%a_stored) : tensor<2x8xf32>
  %b_stored = lowp.get(@groups) : tensor<2x16x!lowp.sparse<group 8, f32>>
  %b = lowp.dequantize(%b_stored) : tensor<2x16xf32>
  %c_stored = lowp.get(@few) : tensor<2x9x!lowp.sparse<bitmap, f32>>
  %c = lowp.dequantize(%c_stored) : tensor<2x9xf32>
  %w = lowp.get(@full) : tensor<1x2xf32>
  %p = nn.linear(%x, %a) : tensor<?x2xf32>
  %q = nn.linear(%g, %b) : tensor<?x2xf32>
  %r = nn.linear(%f, %c) : tensor<?x2xf32>
  %s = nn.linear(%d, %w) : tensor<?x1xf32>
  return %p, %q, %r, %s : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      regular.indices: "0x0400000094C9",
      regular.values: "0x04000000803F004040408040A040C040E0400041",
      groups.mask: "0x0400000002",
      groups.values: "0x040000000000803F0000004000004040000080400000A0400000C0400000E04000000041",
      few.mask: "0x04000000000700",
      few.values: "0x040000000000803F0000004000004040"
    }
  }
#-}
