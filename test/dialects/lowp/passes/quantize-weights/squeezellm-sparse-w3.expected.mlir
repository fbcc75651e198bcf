lowp.param @layers.0.w : tensor<2x128x!lowp.sum<!lowp.q<!lowp.table<3, 1, f16, per = row>, block = [*, *], scale = f32>, !lowp.sparse<csr, f16>>> = {"0.codes" = dense_resource<layers.0.w.0.codes> : tensor<2x128xui3>, "0.table" = dense_resource<layers.0.w.0.table> : tensor<2x8x1xf16>, "0.scale" = dense_resource<layers.0.w.0.scale> : tensor<1x1xf32>, "1.offsets" = dense_resource<layers.0.w.1.offsets> : tensor<3xi32>, "1.columns" = dense_resource<layers.0.w.1.columns> : tensor<?xui8>, "1.values" = dense_resource<layers.0.w.1.values> : tensor<?xf16>} attributes {prov = {algo = "dense-and-sparse", pass = "quantize-weights", options = {outliers = 0.004, solver = codebook}}}

func.func @main(%x: tensor<?x128xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x128x!lowp.sum<!lowp.q<!lowp.table<3, 1, f16, per = row>, block = [*, *], scale = f32>, !lowp.sparse<csr, f16>>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.0.table: "0x0400000080BB80B911B700B2882B00358038803A00B40038003800380038003800380038",
      layers.0.w.0.scale: "0x040000000000803F",
      layers.0.w.1.offsets: "0x04000000000000000100000001000000",
      layers.0.w.1.columns: "0x0400000025",
      layers.0.w.1.values: "0x040000007848"
    }
  },
  external_resources: {
    narrow: {
      layers.0.w.0.codes: "96 bytes, sha256 e00bd5c44b37638bd9ae7d7a3516c9d98f5d640610f06f0153992e7a90fa082a"
    }
  }
#-}
