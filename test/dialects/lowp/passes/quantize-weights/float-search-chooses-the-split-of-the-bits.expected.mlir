lowp.param @w : tensor<2x16x!lowp.q<!lowp.float<1, 2, 0, none>, block = [1, 8], scale = f16>> = {codes = dense_resource<w.codes> : tensor<2x16xui4>, scale = dense_resource<w.scale> : tensor<2x2xf16>} attributes {prov = {algo = "float-search", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x16x!lowp.q<!lowp.float<1, 2, 0, none>, block = [1, 8], scale = f16>>
  %w = lowp.dequantize(%w_q) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x04000000FFEEDDCCFFDEBC9A1032547610325476",
      w.scale: "0x040000007B441D4000380038"
    }
  }
#-}
