lowp.param @in : tensor<3x4x!lowp.q<i4, block = [1, 2], scale = f32>> = {codes = dense_resource<in.codes> : tensor<3x4xi4>, scale = dense_resource<in.scale> : tensor<3x2xf32>} attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}, before = {algo = "rtn", pass = "quantize-weights"}}}
lowp.param @out.order : tensor<3xi32> = dense_resource<out.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @out : tensor<2x3xf32> = dense_resource<out.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w_in_q = lowp.get(@in) : tensor<3x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  %w_in = lowp.dequantize(%w_in_q) : tensor<3x4xf32>
  %h = nn.linear(%x, %w_in) : tensor<?x3xf32>
  %w_out = lowp.get(@out) : tensor<2x3xf32>
  %y = nn.linear(%h, %w_out) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      in.codes: "0x04000000979774757375",
      in.scale: "0x040000000000803F6EDB363F6EDB36406EDBB6402549923E2549123F",
      out.value: "0x0400000000004040000000400000803F0000C0400000A04000008040",
      out.order.value: "0x04000000020000000100000000000000"
    }
  }
#-}
