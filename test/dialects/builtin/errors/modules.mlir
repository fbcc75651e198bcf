// RUN: narrow opt %s --verify-diagnostics --split-input-file

module @outer {
  module @inner {
  }
  // expected-error@+1 {{@inner is already defined}}
  module @inner {
  }
}

// -----

// expected-error@+1 {{builtin.module has no attribute version}}
module attributes {version = 1 : i64} {
}

// -----

// expected-error@+1 {{builtin.module needs sym_name: @name}}
"builtin.module"() <{sym_name = 3 : i64}> ({
}) : () -> ()

// -----

module {
  // expected-error@+1 {{func.return must stand in a func.func}}
  return
}

// -----

module {
  func.func @f(%x: tensor<2xf32>) {
    // A symbol of an inner module is named through it.
    // expected-error@+1 {{@g is not defined}}
    %y = func.call(@g, []) : tensor<2xf32>
    return
  }
  module @inner {
    func.func private @g() -> tensor<2xf32>
  }
}

// -----

func.func @f(%x: tensor<2xf32>) {
  module {
    // A module sees no value of what it stands in.
    // expected-error@+1 {{%x is not defined}}
    %y = nn.relu(%x) : tensor<2xf32>
  }
  return
}
