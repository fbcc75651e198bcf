lowp.param @declared : tensor<2x4xf32>
lowp.param @dense : tensor<2xf32> = dense<[1.0, 2.0]>
lowp.param @stored : tensor<2xf16> = dense_resource<stored>
lowp.param @quantized : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>> = {codes = dense_resource<q.codes> : tensor<2x4xi4>, scale = dense_resource<q.scale> : tensor<2x2xf32>} attributes {prov = {algo = "rtn"}}

func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %q = lowp.get(@quantized) : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  %y = lowp.linear(%x, %q) : tensor<?x2xf32>
  %w = lowp.dequantize(%q) : tensor<2x4xf32>
  %z = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y, %z : tensor<?x2xf32>, tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      stored: "0x02000000003C0040",
      q.codes: "0x0400000010325476"
    }
  }
#-}
