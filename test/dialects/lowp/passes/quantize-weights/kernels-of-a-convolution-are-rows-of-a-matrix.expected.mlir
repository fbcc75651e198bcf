lowp.param @w : tensor<2x6x!lowp.q<i4, block = [1, 3], scale = f32>> = {codes = dense_resource<w.codes> : tensor<2x6xi4>, scale = dense_resource<w.scale> : tensor<2x2xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x1x4x4xf32>) -> tensor<?x2x3x2xf32> {
  %w_q = lowp.get(@w) : tensor<2x6x!lowp.q<i4, block = [1, 3], scale = f32>>
  %0 = lowp.dequantize(%w_q) : tensor<2x6xf32>
  %w = nn.reshape(%0) {shape = [2, 1, 2, 3]} : tensor<2x1x2x3xf32>
  %y = nn.conv2d(%x, %w) : tensor<?x2x3x2xf32>
  return %y : tensor<?x2x3x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x04000000C7019252497B",
      w.scale: "0x040000000000803F0000803FB76DDB3D0000803E"
    }
  }
#-}
