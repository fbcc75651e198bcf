// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @count(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{@count returns 1 values, found 2}}
  return %x, %x : tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @type(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<3xf32>) {
  // expected-error@+1 {{@type returns another type at place 1}}
  return %x, %x : tensor<2xf32>, tensor<2xf32>
}

// -----

func.func @nothing(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{@nothing returns 1 values, found 0}}
  return
}

// -----

// expected-error@+1 {{the entry block of @entry does not have the arguments its type says}}
"func.func"() <{sym_name = "entry", function_type = (tensor<2xf32>) -> ()}> ({
^entry(%x: tensor<3xf32>):
  "func.return"() : () -> ()
}) : () -> ()

// -----

// expected-error@+1 {{the arguments of func.func need names, as it has a body}}
func.func @nameless(tensor<2xf32>) {
  return
}

// -----

// expected-error@+1 {{func.func needs function_type: function type}}
"func.func"() <{sym_name = "typed", function_type = i32}> ({
}) : () -> ()

// -----

// expected-error@+1 {{func.func needs function_type: function type}}
"func.func"() <{sym_name = "typeless"}> ({
}) : () -> ()
