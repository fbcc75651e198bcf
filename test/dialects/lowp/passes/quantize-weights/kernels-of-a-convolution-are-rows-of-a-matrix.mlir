// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, 3], scale = f32>}"

lowp.param @w : tensor<2x1x2x3xf32> = dense_resource<w>
func.func @main(%x: tensor<?x1x4x4xf32>) -> tensor<?x2x3x2xf32> {
  %w = lowp.get(@w) : tensor<2x1x2x3xf32>
  %y = nn.conv2d(%x, %w) : tensor<?x2x3x2xf32>
  return %y : tensor<?x2x3x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000E040000060C00000803F00000000000000400000E0C00000803E0000003F000040BF0000803F0000A0BF0000E03F"
    }
  }
#-}
