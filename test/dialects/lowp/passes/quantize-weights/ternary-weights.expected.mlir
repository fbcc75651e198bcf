lowp.param @w : tensor<2x16x!lowp.q<trit, block = [1, *], scale = f32, pack = "trits">> = {codes = dense_resource<w.codes> : tensor<7xui8>, scale = dense_resource<w.scale> : tensor<2x1xf32>} attributes {prov = {algo = "twn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.q<trit, block = [1, *], scale = f32, pack = "trits">>
  %w = lowp.dequantize(%w_q) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x04000000000078CAA1EE08",
      w.scale: "0x04000000000030410000A03F"
    }
  }
#-}
