lowp.param @w : tensor<4x8x!lowp.sparse<nm 2:4, !lowp.q<i8<-127:127>, block = [1, *], scale = f32>>> = {indices = dense_resource<w.indices> : tensor<4x4xui2>, values.codes = dense_resource<w.values.codes> : tensor<4x4xi8>, values.scale = dense_resource<w.values.scale> : tensor<4x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}

func.func @outputs(%x: tensor<2x8xf32>, %s: tensor<1x1xf32>) -> tensor<2x4xf32> {
  %a = lowp.quantize(%x, %s) : tensor<2x8x!lowp.q<i8<-127:127>, block = [*, *], scale = f32>>
  %w = lowp.get(@w) : tensor<4x8x!lowp.sparse<nm 2:4, !lowp.q<i8<-127:127>, block = [1, *], scale = f32>>>
  %y = lowp.linear(%a, %w) : tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.indices: "0x040000009CC944E4",
      w.values.codes: "0x0400000001020304050607080000010209090909",
      w.values.scale: "0x040000000AD7A33C0AD7233CCDCC4C3D0AD7233D"
    }
  }
#-}
