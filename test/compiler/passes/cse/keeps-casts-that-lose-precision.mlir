// RUN: narrow opt %s --pipeline cse

// CHECK-COUNT-2: nn.cast
// CHECK-COUNT-2: lowp.quantize
func.func @f(%x: tensor<2x2xf32>) -> (tensor<2x2xf16>, tensor<2x2xf16>) {
  %a = nn.cast(%x) {element = f16} : tensor<2x2xf16>
  %b = nn.cast(%x) {element = f16} : tensor<2x2xf16>
  %c = lowp.quantize(%x) : tensor<2x2x!lowp.q<i8, block = [*, *], scale = f32>>
  %d = lowp.quantize(%x) : tensor<2x2x!lowp.q<i8, block = [*, *], scale = f32>>
  return %a, %b : tensor<2x2xf16>, tensor<2x2xf16>
}
