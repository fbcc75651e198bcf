// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @undefined() {
  // expected-error@+1 {{@layer.weight is not defined}}
  %w = lowp.get(@layer.weight) : tensor<2xf32>
  return
}
lowp.param @layers.weight : tensor<2xf32>

// -----

func.func @function() {
  // expected-error@+1 {{@function is no parameter}}
  %w = lowp.get(@function) : tensor<2xf32>
  return
}

// -----

lowp.param @w : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>
func.func @type() {
  // expected-error@+1 {{@w is tensor<2x4x!lowp.q<…>>, not tensor<2x4xf32>}}
  %w = lowp.get(@w) : tensor<2x4xf32>
  return
}

// -----

lowp.param @w : tensor<2xf32>
func.func @untyped() {
  // expected-error@+1 {{lowp.get needs its result types after a colon}}
  %w = lowp.get(@w)
  return
}
