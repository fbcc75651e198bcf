lowp.param @layers.0.w : tensor<2x32x!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.w.codes> : tensor<2x16xui8>, scale = dense_resource<layers.0.w.scale> : tensor<2x1xf32>} attributes {prov = {algo = "olive", pass = "quantize-weights"}}

func.func @main(%x: tensor<?x32xf32>) -> tensor<?x2xf32> {
  %w_q = lowp.get(@layers.0.w) : tensor<2x32x!lowp.q<!lowp.table<8, 2, olive>, block = [1, *], scale = f32>>
  %y = lowp.linear(%x, %w_q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      layers.0.w.codes: "0x04000000E99383E993F8E9933EE9933EE9933EE9D951EA62FB730C941DA52EB63FC740D9",
      layers.0.w.scale: "0x040000000000803F5E03003E"
    }
  }
#-}
