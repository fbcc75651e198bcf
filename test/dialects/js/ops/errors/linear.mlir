// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @width(%x: tensor<?x3xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+1 {{cannot multiply inputs of width 3 by a weight of 2x4}}
  %y = js.linear(%x, %w) : tensor<?x2xf32>
  return
}

// -----

func.func @bias(%x: tensor<?x4xf32>, %w: tensor<2x4xf32>, %b: tensor<4xf32>) {
  // expected-error-re@+1 {{bias of {{.*}}linear must have shape 2, not 4}}
  %y = js.linear(%x, %w, %b) : tensor<?x2xf32>
  return
}

// -----

func.func @multiplier(%x: tensor<3x4xf32>, %w: tensor<2x4xf32>, %m: tensor<2xf32>) {
  // expected-error@+1 {{multiplier of js.linear must have shape 3x2, not 2}}
  %y = js.linear(%x, %w, none, %m) : tensor<3x2xf32>
  return
}

// -----

func.func @residual(%x: tensor<3x4xf32>, %w: tensor<2x4xf32>, %r: tensor<1x2xf32>) {
  // expected-error@+1 {{residual of js.linear must have shape 3x2, not 1x2}}
  %y = js.linear(%x, %w, none, none, %r) : tensor<3x2xf32>
  return
}

// -----

func.func @element(%x: tensor<3x4xf32>, %w: tensor<2x4xf32>, %r: tensor<3x2xf64>) {
  // expected-error@+1 {{operands of js.linear have different element types, f32 and f64}}
  %y = js.linear(%x, %w, none, none, %r) : tensor<3x2xf32>
  return
}

// -----

func.func @codes_by_floats(%x: tensor<3x4x!lowp.q<i8, block = [1, *], scale = f32>>, %w: tensor<2x4xf32>) {
  // expected-error@+1 {{weight of js.linear must be of a lowp type where the input is, not tensor<2x4xf32>}}
  %y = js.linear(%x, %w) : tensor<3x2xf32>
  return
}

// -----

func.func @accumulator(%x: tensor<3x4xf32>, %w: tensor<2x4x!lowp.q<i8, block = [1, *], scale = f32>>) {
  // expected-error@+1 {{the input is no !lowp.q, whose codes could be multiplied as integers}}
  %y = js.linear(%x, %w) {acc = i32} : tensor<3x2xf32>
  return
}

// -----

func.func @activation(%x: tensor<3x4xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+1 {{js.linear needs activation: relu | silu | gelu | gelu_tanh | sigmoid | tanh}}
  %y = js.linear(%x, %w) {activation = softplus} : tensor<3x2xf32>
  return
}

// -----

func.func @result(%x: tensor<?x4xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+1 {{output of js.linear is tensor<?x2xf32>, not tensor<?x4xf32>}}
  %y = js.linear(%x, %w) : tensor<?x4xf32>
  return
}
