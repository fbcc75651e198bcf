// RUN: narrow opt %s --pipeline 'pack-sparsity{pattern=2:4}' --check-contracts

// Codes keep their scales; a group of fewer than two non-zeros is filled up at its lowest unused offsets.
lowp.param @w : tensor<4x8x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<w.codes> : tensor<4x8xi8>, scale = dense_resource<w.scale> : tensor<4x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
func.func @outputs(%x: tensor<2x8xf32>, %s: tensor<1x1xf32>) -> tensor<2x4xf32> {
  %a = lowp.quantize(%x, %s) : tensor<2x8x!lowp.q<i8<-127:127>, block = [*, *], scale = f32>>
  %w = lowp.get(@w) : tensor<4x8x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
  %y = lowp.linear(%a, %w) : tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x040000000100000200030400000506000700000800000000010200000909000000000909",
      w.scale: "0x040000000AD7A33C0AD7233CCDCC4C3D0AD7233D"
    }
  }
#-}
