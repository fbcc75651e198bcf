// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, 32], scale = f16>}"

// -16 … 15: the scale is 16/7, rounded to f16, as codes are symmetric.
lowp.param @w : tensor<1x32xf32> = dense_resource<w>
func.func @main(%x: tensor<?x32xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x32xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x04000000000080C1000070C1000060C1000050C1000040C1000030C1000020C1000010C1000000C10000E0C00000C0C00000A0C0000080C0000040C0000000C0000080BF000000000000803F0000004000004040000080400000A0400000C0400000E0400000004100001041000020410000304100004041000050410000604100007041"
    }
  }
#-}
