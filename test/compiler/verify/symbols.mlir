// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-note@+1 {{first defined here}}
func.func private @f()
// expected-error@+1 {{@f is already defined}}
lowp.param @f : tensor<2xf32>

// -----

func.func private @forward() -> tensor<2xf32>
func.func @main() -> tensor<2xf32> {
  // expected-error@+1 {{@forwards is not defined}}
  %y = func.call(@forwards, []) : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

module {
  module @weights {
    lowp.param @w : tensor<2xf32>
  }
  func.func @main() -> (tensor<2xf32>, tensor<2xf32>) {
    %a = lowp.get(@weights::@w) : tensor<2xf32>
    // expected-error@+1 {{@weights::@v is not defined}}
    %b = lowp.get(@weights::@v) : tensor<2xf32>
    return %a, %b : tensor<2xf32>, tensor<2xf32>
  }
}
