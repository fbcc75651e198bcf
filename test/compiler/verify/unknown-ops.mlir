// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @misspelt(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{dialect nn has no op nn.rleu}}
  %y = nn.rleu(%x) : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @dialect(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{no registered dialect defines torch.relu}}
  %y = "torch.relu"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// The users of what an unknown op defines are not blamed too.
func.func @users(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{no registered dialect defines torch.relu}}
  %y = "torch.relu"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  %z = nn.relu(%y) : tensor<2xf32>
  return %z : tensor<2xf32>
}
