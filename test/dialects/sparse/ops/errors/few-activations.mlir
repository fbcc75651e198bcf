// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @more_than_there_are(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{k is 5, expected at most the 4 numbers of a row}}
  %y = sparse.top_k(%x) {k = 5} : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @all_of_them(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{k is 4, expected below the 4 numbers of a row}}
  %y = sparse.gaussian_top_k(%x) {k = 4} : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @other_norms(%x: tensor<?x4xf32>, %c: tensor<3xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{sparse.weight_informed_top_k needs 4 norms, found tensor<3xf32>}}
  %y = sparse.weight_informed_top_k(%x, %c) {k = 2} : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @no_row(%x: tensor<f32>) -> tensor<f32> {
  // expected-error@+1 {{sparse.top_k chooses in rows, found a single number}}
  %y = sparse.top_k(%x) {k = 1} : tensor<f32>
  return %y : tensor<f32>
}

// -----

func.func @integers(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error@+1 {{tensor of f32 or f64}}
  %y = sparse.top_k(%x) {k = 1} : tensor<4xi32>
  return %y : tensor<4xi32>
}
