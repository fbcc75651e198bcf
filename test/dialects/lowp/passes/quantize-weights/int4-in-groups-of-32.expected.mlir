lowp.param @w : tensor<1x32x!lowp.q<i4, block = [1, 32], scale = f16>> = {codes = dense_resource<w.codes> : tensor<1x32xi4>, scale = dense_resource<w.scale> : tensor<1x1xf16>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x32xf32>) -> tensor<?x1xf32> {
  %w_q = lowp.get(@w) : tensor<1x32x!lowp.q<i4, block = [1, 32], scale = f16>>
  %w = lowp.dequantize(%w_q) : tensor<1x32xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x0400000099AABBCCDCEDFE0F0011223344546576",
      w.scale: "0x040000009240"
    }
  }
#-}
