// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @width(%x: tensor<?x3xf32>, %w: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>) {
  // expected-error-re@+1 {{cannot multiply inputs of width 3 by a weight of 2x4}}
  %y = lowp.linear(%x, %w) : tensor<?x2xf32>
  return
}

// -----

func.func @dense(%x: tensor<?x4xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+1 {{weight of lowp.linear must be tensor of a lowp type, not tensor<2x4xf32>}}
  %y = lowp.linear(%x, %w) : tensor<?x2xf32>
  return
}

// -----

func.func @bias(%x: tensor<?x4xf32>, %w: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>, %b: tensor<4xf32>) {
  // expected-error-re@+1 {{bias of {{.*}}linear must have shape 2, not 4}}
  %y = lowp.linear(%x, %w, %b) : tensor<?x2xf32>
  return
}

// -----

func.func @result(%x: tensor<?x4xf32>, %w: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>) {
  // expected-error@+1 {{output of lowp.linear is tensor<?x2xf32>, not tensor<?x4xf32>}}
  %y = lowp.linear(%x, %w) : tensor<?x4xf32>
  return
}

// -----

func.func @operand(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{lowp.linear needs operand weight}}
  %y = lowp.linear(%x) : tensor<?x2xf32>
  return
}

// -----

func.func @operands(%x: tensor<?x4xf32>, %w: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>) {
  // expected-error@+1 {{lowp.linear takes 3 operands, found 4}}
  %y = lowp.linear(%x, %w, %x, %x) : tensor<?x2xf32>
  return
}
