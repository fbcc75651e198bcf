// RUN: not narrow opt %s --pipeline "quantize-weights{type=!lowp.sum<!lowp.q<i4, block = [1, *], scale = f32>, !lowp.sparse<csr, f16>> solver=mse-clip}"
lowp.param @w : tensor<2x16xf32> = dense<0.5> : tensor<2x16xf32>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x16xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
