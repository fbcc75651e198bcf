lowp.param @layers.0.w : tensor<2x32x!lowp.q<!lowp.table<4, 1, power<0.5>>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x32xui4>, scale = dense_resource<layers.0.w.scale> : tensor<2x1xf32>} attributes {prov = {algo = "power-search", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x32xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x32x!lowp.q<!lowp.table<4, 1, power<0.5>>, block = [1, *], scale = f32>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.codes: "0x0400000051D962EA73FB841C952DA63EB74FC851817F6E5D4C3B2A19F8E7D6C5B4A39281",
      layers.0.w.scale: "0x040000000000803F0000803E"
    }
  }
#-}
