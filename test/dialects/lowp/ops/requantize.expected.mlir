lowp.param @w : tensor<2x4x!lowp.q<i8, block = [1, *], scale = f32>>

func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x4x!lowp.q<i8, block = [1, *], scale = f32>>
  %coarse = lowp.requantize(%w) : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f32>>
  %y = lowp.linear(%x, %coarse) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
