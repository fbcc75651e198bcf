// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @bias(%x: tensor<?x4xf32>, %b: tensor<4xf32>) {
  // expected-error@+1 {{js.norm_quantize with norm = rms takes no bias}}
  %q = js.norm_quantize(%x, none, %b) : tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32>>
  return
}

// -----

func.func @gain(%x: tensor<?x4xf32>, %g: tensor<3xf32>) {
  // expected-error-re@+1 {{gain of {{.*}}rms_norm must have shape 4, not 3}}
  %q = js.norm_quantize(%x, %g) : tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32>>
  return
}

// -----

func.func @shape(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{js.norm_quantize keeps the shape: tensor<?x4xf32> cannot become tensor<?x2x!lowp.q<…>>}}
  %q = js.norm_quantize(%x) : tensor<?x2x!lowp.q<i8, block = [1, *], scale = f32>>
  return
}

// -----

func.func @dense(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{output of js.norm_quantize must be tensor of a lowp.q, not tensor<?x4xf32>}}
  %q = js.norm_quantize(%x) : tensor<?x4xf32>
  return
}

// -----

func.func @stochastic(%x: tensor<?x4xf32>) {
  // expected-error@+1 {{js.norm_quantize rounds to nearest, but its result rounds stochastically}}
  %q = js.norm_quantize(%x) : tensor<?x4x!lowp.q<i8, block = [1, *], scale = f32, rounding = stochastic>>
  return
}
