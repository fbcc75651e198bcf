// RUN: narrow run %s --input "x=[[1, 2]]" --input "w=[[1, 0], [0, 1]]" --input "r=[[10, 20], [30, 40], [50, 60]]"
// RUN[DEPTH]: not narrow run %s --input "x=[[1, 2]]" --input "w=[[1], [0]]" --input "r=[[10, 20]]"
// RUN[UNFIT]: not narrow run %s --input "x=[[1, 2], [3, 4]]" --input "w=[[1, 0], [0, 1]]" --input "r=[[10, 20], [30, 40], [50, 60]]"

// One row of sums meets three of the residual, which the types leave open, as it does in nn.add.
// CHECK: tensor 3x2: 11 22 31 42 51 62
// DEPTH: cannot multiply inputs of width 2 by a weight of 2x1
// UNFIT: error[operand-shape]: residual of js.linear must have shape 2x2, not 3x2
func.func @main(%x: tensor<?x2xf32>, %w: tensor<2x?xf32>, %r: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %y = js.linear(%x, %w, none, none, %r) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
