// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func private @g(tensor<2xf32>) -> tensor<2xf32>
func.func @inputs(%x: tensor<2xf32>) {
  // expected-error@+1 {{@g takes 1 values, found 2}}
  %y = func.call(@g, [%x, %x]) : tensor<2xf32>
  return
}

// -----

func.func private @g(tensor<2xf32>) -> tensor<2xf32>
func.func @input_type(%x: tensor<3xf32>) {
  // expected-error@+1 {{@g takes another type at place 0}}
  %y = func.call(@g, [%x]) : tensor<2xf32>
  return
}

// -----

func.func private @g(tensor<2xf32>) -> tensor<2xf32>
func.func @outputs(%x: tensor<2xf32>) {
  // expected-error@+1 {{@g returns 1 values, found 2}}
  %y:2 = func.call(@g, [%x]) : tensor<2xf32>, tensor<2xf32>
  return
}

// -----

func.func private @g(tensor<2xf32>) -> tensor<2xf32>
func.func @output_type(%x: tensor<2xf32>) {
  // expected-error@+1 {{@g returns another type at place 0}}
  %y = func.call(@g, [%x]) : tensor<3xf32>
  return
}

// -----

lowp.param @w : tensor<2xf32>
func.func @no_function() {
  // expected-error@+1 {{@w is no function}}
  %y = func.call(@w, []) : tensor<2xf32>
  return
}

// -----

func.func private @forward() -> tensor<2xf32>
func.func @undefined() {
  // expected-error@+1 {{@forwrd is not defined}}
  %y = func.call(@forwrd, []) : tensor<2xf32>
  return
}

// -----

func.func @ungrouped(%x: tensor<2xf32>) {
  // expected-error@+1 {{inputs of func.call is a group, written [%a, %b]}}
  %y = func.call(@ungrouped, %x) : tensor<2xf32>
  return
}

// -----

func.func @no_symbol(%x: tensor<2xf32>) {
  // expected-error@+1 {{func.call needs callee: @symbol}}
  %y = func.call([%x]) : tensor<2xf32>
  return
}
