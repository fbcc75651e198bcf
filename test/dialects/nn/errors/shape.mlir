// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @reshape(%x: tensor<6xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{nn.reshape cannot make [4] of 6: 4 elements of 6}}
  %y = nn.reshape(%x) {shape = [4]} : tensor<4xf32>
  return %y : tensor<4xf32>
}

// -----

func.func @permutation(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
  // expected-error@+1 {{[1, 1] of nn.transpose does not permute 2 axes}}
  %y = nn.transpose(%x) {permutation = [1, 1]} : tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// -----

func.func @concat(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<4x3xf32> {
  // expected-error@+1 {{nn.concat along axis 0 cannot join 2x3 and 2x4}}
  %z = nn.concat([%x, %y]) {axis = 0} : tensor<4x3xf32>
  return %z : tensor<4x3xf32>
}

// -----

func.func @slice(%x: tensor<4xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{nn.slice takes 2 to 4 of axis 0, which has 4 elements}}
  %y = nn.slice(%x) {starts = [2], sizes = [3]} : tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @refine(%x: tensor<?x3xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{nn.refine cannot give tensor<?x3xf32> the type tensor<?x4xf32>}}
  %y = nn.refine(%x) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @repeat(%x: tensor<3xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{nn.broadcast_to cannot repeat 3 to [2]}}
  %y = nn.broadcast_to(%x) {shape = [2]} : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @tokens(%table: tensor<10x4xf32>, %tokens: tensor<?xf32>) -> tensor<?x4xf32> {
  // expected-error@+1 {{tokens of nn.embedding must be tensor of i32 or i64, not tensor<?xf32>}}
  %y = nn.embedding(%table, %tokens) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @constant() -> tensor<2xi8> {
  // expected-error@+1 {{256 is no i8}}
  %y = nn.constant() {value = dense<[1, 256]> : tensor<2xi8>} : tensor<2xi8>
  return %y : tensor<2xi8>
}
