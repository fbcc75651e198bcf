// RUN: narrow opt %s --pipeline fold-batch-norm --check-contracts

lowp.param @w : tensor<2x1x1x2xf32> = dense_resource<w>
lowp.param @g : tensor<2xf32> = dense_resource<g>
lowp.param @b : tensor<2xf32> = dense_resource<b>
lowp.param @m : tensor<2xf32> = dense_resource<m>
lowp.param @v : tensor<2xf32> = dense_resource<v>
func.func @main(%x: tensor<?x1x4x2xf32>) -> tensor<?x2x4x1xf32> {
  %w = lowp.get(@w) : tensor<2x1x1x2xf32>
  %h = nn.conv2d(%x, %w) : tensor<?x2x4x1xf32>
  %g = lowp.get(@g) : tensor<2xf32>
  %b = lowp.get(@b) : tensor<2xf32>
  %m = lowp.get(@m) : tensor<2xf32>
  %v = lowp.get(@v) : tensor<2xf32>
  %y = nn.batch_norm(%h, %g, %b, %m, %v) {epsilon = 0.0} : tensor<?x2x4x1xf32>
  return %y : tensor<?x2x4x1xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000404000008040",
      g: "0x040000000000004000004040",
      b: "0x040000000000003F000080BF",
      m: "0x040000000000803F00000040",
      v: "0x04000000000080400000803E"
    }
  }
#-}
