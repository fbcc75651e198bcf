// RUN: not narrow compile %s -o never.js --extent x=4
func.func @uniform(%x: tensor<4xf32>) -> tensor<4xf32> {
  %q = quant.qcast(%x) : tensor<4x!quant.uniform<i8:f32, 0.5>>
  %y = quant.dcast(%q) : tensor<4xf32>
  return %y : tensor<4xf32>
}
func.func @wide(%x: tensor<4xi64>) -> tensor<4xi64> {
  return %x : tensor<4xi64>
}
func.func @square(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  return %x : tensor<?x?xf32>
}
func.func @coded(%x: tensor<4x4xf32>) -> tensor<4x4x!lowp.q<i8, block = [1, *], scale = f32>> {
  %q = lowp.quantize(%x) : tensor<4x4x!lowp.q<i8, block = [1, *], scale = f32>>
  return %q : tensor<4x4x!lowp.q<i8, block = [1, *], scale = f32>>
}
func.func @cached(%keys: tensor<?x2x4x!lowp.ring<!lowp.sum<!lowp.q<i8, block = [1, 1, *], scale = f16>, !lowp.q<i8, block = [1, 1, *], scale = f16>>, f32, 0, 0>>) -> tensor<?x2x4x!lowp.ring<!lowp.sum<!lowp.q<i8, block = [1, 1, *], scale = f16>, !lowp.q<i8, block = [1, 1, *], scale = f16>>, f32, 0, 0>> {
  return %keys : tensor<?x2x4x!lowp.ring<!lowp.sum<!lowp.q<i8, block = [1, 1, *], scale = f16>, !lowp.q<i8, block = [1, 1, *], scale = f16>>, f32, 0, 0>>
}
