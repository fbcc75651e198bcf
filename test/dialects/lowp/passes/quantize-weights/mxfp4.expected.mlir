lowp.param @w : tensor<1x32x!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>> = {codes = dense_resource<w.codes> : tensor<1x32xf4E2M1FN>, scale = dense_resource<w.scale> : tensor<1x1xf8E8M0FNU>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x32xf32>) -> tensor<?x1xf32> {
  %w_q = lowp.get(@w) : tensor<1x32x!lowp.q<f4E2M1FN, block = [1, 32], scale = f8E8M0FNU>>
  %w = lowp.dequantize(%w_q) : tensor<1x32xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x04000000EEDEDDCCCCABAA890021224344545566",
      w.scale: "0x0400000081"
    }
  }
#-}
