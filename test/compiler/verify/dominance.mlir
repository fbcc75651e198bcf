// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

func.func @before(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{%a is used before it is defined}}
  %b = nn.relu(%a) : tensor<2xf32>
  // expected-note@+1 {{it is defined here}}
  %a = nn.relu(%x) : tensor<2xf32>
  return %b : tensor<2xf32>
}

// -----

func.func @itself() -> tensor<2xf32> {
  // expected-error@+1 {{%a is used by the op that defines it}}
  %a = nn.relu(%a) : tensor<2xf32>
  return %a : tensor<2xf32>
}

// -----

func.func @cycle(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{%b is used before it is defined}}
  %a = nn.add(%x, %b) : tensor<2xf32>
  %b = nn.relu(%a) : tensor<2xf32>
  return %b : tensor<2xf32>
}

// -----

// A region sees what stands above the op that holds it, and keeps its own values to itself.
func.func @regions(%x: tensor<2xf32>) -> tensor<2xf32> {
  %above = nn.relu(%x) : tensor<2xf32>
  "test.region"() ({
    %inner = nn.relu(%above) : tensor<2xf32>
    // expected-error@+1 {{%below is used before it is defined}}
    "test.use"(%below) : (tensor<2xf32>) -> ()
  }) : () -> ()
  %below = nn.relu(%x) : tensor<2xf32>
  return %below : tensor<2xf32>
}

// -----

func.func @leak(%x: tensor<2xf32>) -> tensor<2xf32> {
  "test.region"() ({
    %inner = nn.relu(%x) : tensor<2xf32>
  }) : () -> ()
  // expected-error@+1 {{%inner is not defined}}
  %y = nn.relu(%inner) : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @one() -> tensor<2xf32> {
  %c = nn.constant() {value = dense<1.0> : tensor<2xf32>} : tensor<2xf32>
  return %c : tensor<2xf32>
}
func.func @other() -> tensor<2xf32> {
  // expected-error@+1 {{%c is not defined}}
  return %c : tensor<2xf32>
}

// -----

func.func @result(%x: tensor<2xf32>) -> tensor<2xf32> {
  // The result of an op is not visible inside it.
  %y = "test.region"() ({
    // expected-error@+1 {{%y is used before it is defined}}
    "test.use"(%y) : (tensor<2xf32>) -> ()
  }) : () -> tensor<2xf32>
  return %y : tensor<2xf32>
}
