lowp.param @layers.0.w : tensor<2x32x!lowp.q<!lowp.table<3, 1, f16, per = row>, block = [*, *], scale = f32>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x32xui3>, table = dense_resource<layers.0.w.table> : tensor<2x8x1xf16>, scale = dense_resource<layers.0.w.scale> : tensor<1x1xf32>} attributes {prov = {algo = "codebook", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x32xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x32x!lowp.q<!lowp.table<3, 1, f16, per = row>, block = [*, *], scale = f32>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.codes: "0x0400000040226D646BFF40226D646BFFC7711CC7711CC7711CC7711C",
      layers.0.w.table: "0x0400000080BB80B900B700B2002C00358038803A00B40038003800380038003800380038",
      layers.0.w.scale: "0x040000000000803F"
    }
  }
#-}
