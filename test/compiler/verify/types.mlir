// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @operand(%x: tensor<2xi32>) -> tensor<2xi32> {
  // expected-error-re@+1 {{input of nn.relu must be tensor of {{.*}}, not tensor<2xi32>}}
  %y = nn.relu(%x) : tensor<2xi32>
  return %y : tensor<2xi32>
}

// -----

func.func @result(%x: tensor<2xf32>) -> tensor<3xf32> {
  // expected-error@+1 {{output of nn.relu is tensor<2xf32>, not tensor<3xf32>}}
  %y = nn.relu(%x) : tensor<3xf32>
  return %y : tensor<3xf32>
}

// -----

func.func @stated(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{the operand's type is not the one stated here}}
  %y = "nn.relu"(%x) : (tensor<3xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @scalar(%x: f32) -> f32 {
  // expected-error-re@+1 {{input of nn.relu must be tensor of {{.*}}, not f32}}
  %y = nn.relu(%x) : f32
  return %y : f32
}
