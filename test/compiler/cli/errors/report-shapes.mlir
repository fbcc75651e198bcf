// RUN: not narrow report %s --reference examples/tiny-llama/model.mlir -o never.html
lowp.param @lm_head : tensor<2x16x!lowp.q<i4, block = [1, *], scale = f32>>
func.func @main(%x: tensor<?x16xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@lm_head) : tensor<2x16x!lowp.q<i4, block = [1, *], scale = f32>>
  %y = lowp.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
