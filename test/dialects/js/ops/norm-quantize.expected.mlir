!row = tensor<?x4x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>

func.func @main(%x: tensor<?x4xf32>, %g: tensor<4xbf16>, %b: tensor<4xf32>) -> (!row, !row, !row) {
  %r = js.norm_quantize(%x, %g) {epsilon = 0.5} : !row
  %n = js.norm_quantize(%x) : !row
  %l = js.norm_quantize(%x, %g, %b) {norm = layer} : !row
  return %r, %n, %l : !row, !row, !row
}
