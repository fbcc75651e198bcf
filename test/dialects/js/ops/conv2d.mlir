// RUN: narrow opt %s
// RUN[STEPS]: narrow run %s --entry steps --input "x=[[[[1, 2], [3, 4]]]]" --input "w=[[[[2]]], [[[-1]]]]" --input "b=[1, 0.5]" --input "r=[[[[0, 0], [0, -10]], [[0, 2], [0, 4]]]]"

// Sums 3 5 7 9 and -0.5 -1.5 -2.5 -3.5, plus the residual, and no less than 0.
// STEPS: tensor 1x2x2x2: 3 5 7 0 0 0.5 0 0.5
func.func @steps(%x: tensor<?x1x2x2xf32>, %w: tensor<2x1x1x1xf32>, %b: tensor<2xf32>, %r: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %y = js.conv2d(%x, %w, %b, %r) {activation = relu} : tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

func.func @slots(%x: tensor<3x4x5x5xf64>, %w: tensor<4x2x3x3xbf16>, %r: tensor<3x4x2x2xf64>) -> tensor<3x4x2x2xf64> {
  %a = js.conv2d(%x, %w) {groups = 2, strides = [2, 2]} : tensor<3x4x2x2xf64>
  %b = js.conv2d(%x, %w, none, %a) {groups = 2, strides = [2, 2], activation = tanh} : tensor<3x4x2x2xf64>
  return %b : tensor<3x4x2x2xf64>
}
