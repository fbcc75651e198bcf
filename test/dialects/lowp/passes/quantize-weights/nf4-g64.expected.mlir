lowp.param @layers.0.w : tensor<2x64x!lowp.q<!lowp.table<4, 1, nf>, block = [1, 64], scale = f16>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x64xui4>, scale = dense_resource<layers.0.w.scale> : tensor<2x1xf16>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x64xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x64x!lowp.q<!lowp.table<4, 1, nf>, block = [1, 64], scale = f16>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.codes: "0x040000001032547698BADCFE1032547698BADCFE1032547698BADCFE1032547698BADCFE77777777777777777777777777777777777777777777777777777777777777F7",
      layers.0.w.scale: "0x04000000003C0038"
    }
  }
#-}
