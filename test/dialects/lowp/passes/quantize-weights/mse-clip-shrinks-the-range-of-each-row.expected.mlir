lowp.param @w : tensor<2x16x!lowp.q<i3, block = [1, *], scale = f32>> = {codes = dense_resource<w.codes> : tensor<2x16xi3>, scale = dense_resource<w.scale> : tensor<2x1xf32>} attributes {prov = {algo = "mse-clip", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.q<i3, block = [1, *], scale = f32>>
  %w = lowp.dequantize(%w_q) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x0400000024D9D6B6FF1F40226D40226D",
      w.scale: "0x040000004F1B6840935F0C3F"
    }
  }
#-}
