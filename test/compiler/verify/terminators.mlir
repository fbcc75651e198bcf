// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

func.func @open(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{a block of func.func must end in a terminator}}
  %y = nn.relu(%x) : tensor<2xf32>
}

// -----

// expected-error@+1 {{a block of func.func must end in a terminator}}
func.func @empty() {
}

// -----

func.func @early(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{func.return must be the last op of its block}}
  return %x : tensor<2xf32>
  return %x : tensor<2xf32>
}

// -----

// An unknown op may well end a block.
func.func @unknown(%x: tensor<2xf32>) -> tensor<2xf32> {
  "cf.assert_false"() : () -> ()
}

// -----

func.func @second(%x: tensor<2xf32>, %c: tensor<i1>) -> tensor<2xf32> {
  "cf.cond_br"(%c)[^a, ^b] : (tensor<i1>) -> ()
^a:
  return %x : tensor<2xf32>
^b:
  // expected-error@+1 {{a block of func.func must end in a terminator}}
  %y = nn.relu(%x) : tensor<2xf32>
}
