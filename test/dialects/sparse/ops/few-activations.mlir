// RUN: narrow run %s --input "x=[[1, -4, 3, 2], [5, 5, -5, 0]]" --input "c=[8, 1, 1, 1]" --json

// Half of the numbers have their threshold at the mean of the row, whatever the multiplier.
// CHECK: {"results":[{"shape":[2,4],"data":[0,-4,3,0,5,5,0,0]},{"shape":[2,4],"data":[1,-4,0,0,5,5,0,0]},{"shape":[2,4],"data":[0.5,0,2.5,1.5,3.75,3.75,0,0]}]}
func.func @main(%x: tensor<?x4xf32>, %c: tensor<4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %largest = sparse.top_k(%x) {k = 2} : tensor<?x4xf32>
  %weighted = sparse.weight_informed_top_k(%x, %c) {k = 2} : tensor<?x4xf32>
  %above = sparse.gaussian_top_k(%x) {k = 2, multiplier = 0.5} : tensor<?x4xf32>
  return %largest, %weighted, %above : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}
