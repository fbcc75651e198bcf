lowp.param @w : tensor<2x16x!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.sparse<csr, f16>>> = {"0.codes" = dense_resource<w.0.codes> : tensor<2x16xi4>, "0.scale" = dense_resource<w.0.scale> : tensor<2x1xf32>, "1.offsets" = dense_resource<w.1.offsets> : tensor<3xi32>, "1.columns" = dense_resource<w.1.columns> : tensor<?xui8>, "1.values" = dense_resource<w.1.values> : tensor<?xf16>} attributes {prov = {algo = "dense-and-sparse", pass = "quantize-weights", options = {outliers = 0.0625}}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.sparse<csr, f16>>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.0.codes: "0x0400000010210233445566777777777707777777",
      w.0.scale: "0x04000000922409400000803F",
      w.1.offsets: "0x04000000000000000100000002000000",
      w.1.columns: "0x040000000509",
      w.1.values: "0x0400000000D40050"
    }
  }
#-}
