lowp.param @w : tensor<2x16x!lowp.q<ui4, block = [1, *], scale = f32, zero = ui4>> = {codes = dense_resource<w.codes> : tensor<2x16xui4>, scale = dense_resource<w.scale> : tensor<2x1xf32>, zero = dense_resource<w.zero> : tensor<2x1xui4>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.q<ui4, block = [1, *], scale = f32, zero = ui4>>
  %w = lowp.dequantize(%w_q) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x040000001032547688A9CBED2064B9FD2064B9FD",
      w.scale: "0x040000008988883FEFEEEE3D",
      w.zero: "0x040000000F"
    }
  }
#-}
