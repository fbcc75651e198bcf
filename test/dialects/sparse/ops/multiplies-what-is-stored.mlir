// RUN: narrow run %s --entry accumulators --input "x=[[1, 2, 3, 4, 5, 6, 7, 8], [-1, 2, -3, 4, -5, 6, -7, 8]]"
// RUN[OUTPUTS]: narrow run %s --entry outputs --input "x=[[0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4], [-0.05, 0.1, -0.15, 0.2, -0.25, 0.3, -0.35, 0.4]]" --input "s=[[0.05]]"

// With scales of 1 the outputs are the sums of the products of codes.
// CHECK: tensor 2x4: 55 127 17 162 -3 21 7 18
// The outputs are 0.055 0.0635 0.0425 0.324 and -0.003 0.0105 0.0175 0.036 but for the rounding of operands to f32.
// OUTPUTS: tensor 2x4: 0.0549999{{[0-9]*}} 0.0635000{{[0-9]*}} 0.0425000{{[0-9]*}} 0.3240000{{[0-9]*}} -0.0029999{{[0-9]*}} 0.0104999{{[0-9]*}} 0.0175000{{[0-9]*}} 0.0360000{{[0-9]*}}
lowp.param @w : tensor<4x8x!lowp.sparse<nm 2:4, !lowp.q<i8<-127:127>, block = [1, *], scale = f32>>> = {indices = dense_resource<w.indices> : tensor<4x4xui2>, values.codes = dense_resource<w.values.codes> : tensor<4x4xi8>, values.scale = dense_resource<w.values.scale> : tensor<4x1xf32>}
lowp.param @ones : tensor<4x8x!lowp.sparse<nm 2:4, !lowp.q<i8<-127:127>, block = [1, *], scale = f32>>> = {indices = dense_resource<w.indices> : tensor<4x4xui2>, values.codes = dense_resource<w.values.codes> : tensor<4x4xi8>, values.scale = dense_resource<ones.values.scale> : tensor<4x1xf32>}
func.func @accumulators(%x: tensor<2x8xf32>) -> tensor<2x4xf32> {
  %s = nn.constant() {value = dense<1.0> : tensor<1x1xf32>} : tensor<1x1xf32>
  %a = lowp.quantize(%x, %s) : tensor<2x8x!lowp.q<i8<-127:127>, block = [*, *], scale = f32>>
  %w = lowp.get(@ones) : tensor<4x8x!lowp.sparse<nm 2:4, !lowp.q<i8<-127:127>, block = [1, *], scale = f32>>>
  %y = lowp.linear(%a, %w) : tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
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
      w.values.scale: "0x040000000AD7A33C0AD7233CCDCC4C3D0AD7233D",
      ones.values.scale: "0x040000000000803F0000803F0000803F0000803F"
    }
  }
#-}
