// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

func.func @pretty(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{no registered dialect defines torch.relu}}
  %y = torch.relu(%x) : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// A registered dialect knows its own ops, in every form.
func.func @known_dialect(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{dialect nn has no op nn.torch}}
  %y = "nn.torch"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
