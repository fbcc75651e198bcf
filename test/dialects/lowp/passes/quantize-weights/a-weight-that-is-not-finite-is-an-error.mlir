// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>}"

// expected-error@+1 {{@w: element [1, 0] is NaN, expected a finite number}}
lowp.param @w : tensor<2x2xf32> = dense_resource<w>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F000000400000C07F0000807F"
    }
  }
#-}
