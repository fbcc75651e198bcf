// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

func.func @undefined(%input: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{%inptu is not defined}}
  %y = nn.relu(%inptu) : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

func.func @redefined(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-note@+1 {{first defined here}}
  %y = nn.relu(%x) : tensor<2xf32>
  // expected-error@+1 {{%y is already defined}}
  %y = nn.neg(%x) : tensor<2xf32>
  // expected-error@+1 {{%x is already defined}}
  %x = nn.neg(%x) : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// expected-error@+1 {{%x is already defined}}
func.func @arguments(%x: tensor<2xf32>, %x: tensor<2xf32>) {
  return
}

// -----

func.func @results(%x: tensor<2xf32>) {
  // expected-error@+1 {{nn.relu has 1 result types, but 2 results are named}}
  %a:2 = nn.relu(%x) : tensor<2xf32>
  // expected-error@+1 {{nn.relu has 2 result types, but 1 results are named}}
  %b = nn.relu(%x) : tensor<2xf32>, tensor<2xf32>
  return
}

// -----

func.func @pack(%x: tensor<2xf32>) {
  %a:2 = "test.two"(%x) : (tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  // expected-error@+1 {{%a#2 is not defined}}
  "test.use"(%a#0, %a#2) : (tensor<2xf32>, tensor<2xf32>) -> ()
  return
}

// -----

func.func @operand_types(%x: tensor<2xf32>) {
  // expected-error@+1 {{1 operands have 2 types}}
  "test.use"(%x) : (tensor<2xf32>, tensor<2xf32>) -> ()
  // expected-error@+1 {{nn.add: }}
  %a = "nn.add"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return
}
