// RUN: not narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, *], scale = f32> solver=codebook}"
// RUN[VECTORS]: not narrow opt %s --pipeline "quantize-weights{type=!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32> solver=mse-clip}"
// RUN[WHOLE]: not narrow opt %s --pipeline "quantize-weights{type=!lowp.q<!lowp.table<8, 3, f16>, block = [1, *], scale = f32>}"
lowp.param @w : tensor<2x4xf32> = dense_resource<w>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x04000000000080C1000070C1000060C1000050C1000040C1000030C1000020C1000010C1"
    }
  }
#-}
