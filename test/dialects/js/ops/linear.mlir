// RUN: narrow opt %s
// RUN[STEPS]: narrow run %s --entry steps --input "x=[[1, 2]]" --input "w=[[1, 0], [0, -1]]" --input "b=[0.5, 0.5]" --input "m=[[3, 4]]" --input "r=[[0.25, -1]]"

// relu([1.5, -1.5]) = [1.5, 0], times [3, 4], plus [0.25, -1].
// STEPS: tensor 1x2: 4.75 -1
func.func @steps(%x: tensor<?x2xf32>, %w: tensor<2x2xf32>, %b: tensor<2xf32>, %m: tensor<?x2xf32>, %r: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = js.linear(%x, %w, %b, %m, %r) {activation = relu} : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

func.func @slots(%x: tensor<3x2xf64>, %w: tensor<4x2xbf16>, %m: tensor<3x4xf64>) -> tensor<3x4xf64> {
  %a = js.linear(%x, %w) {activation = gelu_tanh} : tensor<3x4xf64>
  %b = js.linear(%x, %w, none, %m) {activation = sigmoid} : tensor<3x4xf64>
  %c = js.linear(%x, %w, none, none, %a) {activation = tanh} : tensor<3x4xf64>
  %d = js.linear(%x, %w, none, %b, %c) {activation = gelu} : tensor<3x4xf64>
  %e = js.linear(%x, %w, none, %d) {activation = silu} : tensor<3x4xf64>
  return %e : tensor<3x4xf64>
}

func.func @codes(%x: tensor<?x4x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>, %w: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>, %r: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = js.linear(%x, %w, none, none, %r) {acc = i32} : tensor<?x2xf32>
  %b = js.linear(%x, %w, none, %a) : tensor<?x2xf32>
  return %b : tensor<?x2xf32>
}
