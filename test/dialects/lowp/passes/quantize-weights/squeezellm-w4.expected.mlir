lowp.param @layers.0.w : tensor<2x32x!lowp.q<!lowp.table<4, 1, f16, per = row>, block = [*, *], scale = f32>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x32xui4>, table = dense_resource<layers.0.w.table> : tensor<2x16x1xf16>, scale = dense_resource<layers.0.w.scale> : tensor<1x1xf32>} attributes {prov = {algo = "codebook", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x32xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x32x!lowp.q<!lowp.table<4, 1, f16, per = row>, block = [*, *], scale = f32>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.codes: "0x040000001032547698BADCFE1032547698BADCFE0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F",
      layers.0.w.table: "0x0400000000BC00BB00BA00B900B800B600B400B0000000300034003600380039003A003B00B4003800380038003800380038003800380038003800380038003800380038",
      layers.0.w.scale: "0x040000000000803F"
    }
  }
#-}
