// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @missing(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{rounding = stochastic needs a seed, found none}}
  %q = lowp.quantize(%x) : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32, rounding = stochastic>>
  return
}

// -----

func.func @unused(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{seed = 3 has no effect: nothing in the type rounds stochastically}}
  %q = lowp.quantize(%x) {seed = 3} : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  return
}

// -----

func.func @fits(%x: tensor<2x4xf32>) {
  %q = lowp.quantize(%x) {seed = 3} : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32, rounding = stochastic>>
  return
}
