// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.sparse<csr, f16>> solver=dense-and-sparse<outliers = 0.0625>},hoist-dequant"

// Row 0 is 1 … 15 but for a -64, row 1 is 7 but for a 32: the largest 2 of 32 go into csr, and the scales are 15 / 7 and 1.
lowp.param @w : tensor<2x16xf32> = dense_resource<w>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F0000004000004040000080400000A040000080C20000C0400000E04000000041000010410000204100003041000040410000504100006041000070410000E0400000E0400000E0400000E0400000E0400000E0400000E0400000E0400000E040000000420000E0400000E0400000E0400000E0400000E0400000E040"
    }
  }
#-}
