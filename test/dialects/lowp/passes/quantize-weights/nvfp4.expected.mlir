lowp.param @w : tensor<2x16x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>> = {codes = dense_resource<w.codes> : tensor<2x16xf4E2M1FN>, scale.codes = dense_resource<w.scale.codes> : tensor<2x1xf8E4M3FN>, scale.scale = dense_resource<w.scale.scale> : tensor<1x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.q<f4E2M1FN, block = [1, 16], scale = !lowp.q<f8E4M3FN, block = [*, *], scale = f32>>>
  %w = lowp.dequantize(%w_q) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x04000000FFEFEEDEDDCCAB9A2053657720536577",
      w.scale.codes: "0x040000007E64",
      w.scale.scale: "0x04000000310CC33B"
    }
  }
#-}
