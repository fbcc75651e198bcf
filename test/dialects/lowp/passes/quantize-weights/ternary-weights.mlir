// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<trit, block = [1, *], scale = f32, pack = \"trits\"> solver=twn}"
lowp.param @w : tensor<2x16xf32> = dense_resource<w>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x04000000000080C1000070C1000060C1000050C1000040C1000030C1000020C1000010C1000000C10000E0C00000C0C00000A0C0000080C0000040C0000000C0000080BF000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F"
    }
  }
#-}
