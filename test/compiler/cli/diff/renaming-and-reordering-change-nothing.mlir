// RUN: narrow diff %s test/compiler/cli/diff/equal-under-other-names.mlir
lowp.param @w : tensor<2x2xf32> = dense_resource<w>

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  %s = nn.silu(%x) : tensor<?x2xf32>
  %t = nn.silu(%x) : tensor<?x2xf32>
  %m = nn.mul(%y, %s) : tensor<?x2xf32>
  %r = nn.sub(%m, %t) : tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000404000008040"
    }
  }
#-}
