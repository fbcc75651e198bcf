lowp.param @w : tensor<2x16x!lowp.q<i3, block = [1, *], scale = f32, rounding = stochastic>> = {codes = dense_resource<w.codes> : tensor<2x16xi3>, scale = dense_resource<w.scale> : tensor<2x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights", seed = 7}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.q<i3, block = [1, *], scale = f32, rounding = stochastic>>
  %w = lowp.dequantize(%w_q) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x04000000AD6DDBFEFF0348226D001269",
      w.scale: "0x04000000ABAAAA405555153F"
    }
  }
#-}
