// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @elements(%x: tensor<4xf32>, %y: tensor<4xf64>) -> tensor<4xf32> {
  // expected-error@+1 {{operands of nn.add have different element types, f32 and f64}}
  %z = nn.add(%x, %y) : tensor<4xf32>
  return %z : tensor<4xf32>
}

// -----

func.func @broadcast(%x: tensor<4xf32>, %y: tensor<4x3xf32>) -> tensor<4x3xf32> {
  // expected-error@+1 {{operands of nn.mul do not broadcast: 4 and 4x3}}
  %z = nn.mul(%x, %y) : tensor<4x3xf32>
  return %z : tensor<4x3xf32>
}

// -----

func.func @bound(%x: tensor<4xi32>) -> tensor<4xi32> {
  // expected-error@+1 {{nn.clip of integers needs whole bounds, not 0.5}}
  %z = nn.clip(%x) {min = 0.5} : tensor<4xi32>
  return %z : tensor<4xi32>
}

// -----

func.func @word(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{nn.gelu needs approximation: none | tanh}}
  %z = nn.gelu(%x) {approximation = erf} : tensor<4xf32>
  return %z : tensor<4xf32>
}

// -----

func.func @axis(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{axis 2 is out of range for rank 2}}
  %z = nn.softmax(%x) {axis = 2} : tensor<2x4xf32>
  return %z : tensor<2x4xf32>
}

// -----

func.func @gain(%x: tensor<2x4xf32>, %g: tensor<2xf32>) -> tensor<2x4xf32> {
  // expected-error@+1 {{gain of nn.rms_norm must have shape 4, not 2}}
  %z = nn.rms_norm(%x, %g) : tensor<2x4xf32>
  return %z : tensor<2x4xf32>
}

// -----

func.func @axes(%x: tensor<2x4xf32>) -> tensor<f32> {
  // expected-error@+1 {{axis 1 is given twice}}
  %z = nn.sum(%x) {axes = [1, -1]} : tensor<f32>
  return %z : tensor<f32>
}
