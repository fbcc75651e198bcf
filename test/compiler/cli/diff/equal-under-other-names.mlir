// RUN: narrow diff %s test/compiler/cli/diff/renaming-and-reordering-change-nothing.mlir
!rows = tensor<?x2xf32>

func.func @main(%0: !rows) -> !rows {
  %late = nn.silu(%0) : !rows
  %early = nn.silu(%0) : !rows
  %w = lowp.get(@w) : tensor<2x2xf32>
  %1 = nn.linear(%0, %w) : !rows
  %2 = nn.mul(%1, %late) : !rows
  %3 = nn.sub(%2, %early) : !rows
  return %3 : !rows
}

lowp.param @w : tensor<2x2xf32> = dense_resource<"another key">

{-#
  dialect_resources: {
    builtin: {
      "another key": "0x040000000000803F000000400000404000008040"
    }
  }
#-}
