// RUN: narrow opt %s --verify-diagnostics

// After a syntax error reading goes on at the next statement, so that one run tells all.
func.func @first(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{expected}}
  %a = nn.relu(%x : tensor<2xf32>
  // expected-error@+1 {{%b is not defined}}
  %c = nn.add(%a, %b) : tensor<2xf32>
  return %c : tensor<2xf32>
}

// expected-error@+1 {{expected}}
lowp.param @w tensor<2xf32>

func.func @second(%x: tensor<2xf32>) -> tensor<2xf32> {
  // What the broken line would have defined is no further error.
  // expected-error@+1 {{expected}}
  %a = nn.relu %x) : tensor<2xf32>
  %b = nn.relu(%a) : tensor<2xf32>
  // expected-error@+1 {{tensr is not a type}}
  %c = nn.relu(%x) : tensr<2xf32>
  return %b : tensor<2xf32>
}
