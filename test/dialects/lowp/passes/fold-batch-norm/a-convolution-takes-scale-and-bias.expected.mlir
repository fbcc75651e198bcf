lowp.param @w : tensor<2x1x1x2xf32> = dense_resource<w.value> attributes {prov = {pass = "fold-batch-norm"}}
lowp.param @b : tensor<2xf32> = dense_resource<b.value> attributes {prov = {pass = "fold-batch-norm"}}

func.func @main(%x: tensor<?x1x4x2xf32>) -> tensor<?x2x4x1xf32> {
  %w = lowp.get(@w) : tensor<2x1x1x2xf32>
  %b = lowp.get(@b) : tensor<2xf32>
  %y = nn.conv2d(%x, %w, %b) : tensor<?x2x4x1xf32>
  return %y : tensor<?x2x4x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.value: "0x040000000000803F00000040000090410000C041",
      b.value: "0x04000000000000BF000050C1"
    }
  }
#-}
