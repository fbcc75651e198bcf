// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @shape(%x: tensor<?x4xf32>, %s: tensor<1xf32>) {
  // expected-error@+1 {{scale of lowp.quantize must be tensor<1x1xf32>, not tensor<1xf32>}}
  %q = lowp.quantize(%x, %s) : tensor<?x4x!lowp.q<i8, block = [*, *], scale = f32>>
  return
}

// -----

func.func @element(%x: tensor<?x4xf32>, %s: tensor<1x1xf32>) {
  // expected-error@+1 {{scale of lowp.quantize must be tensor<1x1xf16>, not tensor<1x1xf32>}}
  %q = lowp.quantize(%x, %s) : tensor<?x4x!lowp.q<i8, block = [*, *], scale = f16>>
  return
}

// -----

func.func @zero(%x: tensor<?x4xf32>, %s: tensor<1x1xf32>) {
  // expected-error@+1 {{zero of lowp.quantize must be tensor<1x1xui8>, not left out}}
  %q = lowp.quantize(%x, %s) : tensor<?x4x!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>>
  return
}

// -----

func.func @no_zero(%x: tensor<?x4xf32>, %s: tensor<1x1xf32>, %z: tensor<1x1xui8>) {
  // expected-error@+1 {{zero of lowp.quantize must be left out, not tensor<1x1xui8>}}
  %q = lowp.quantize(%x, %s, %z) : tensor<?x4x!lowp.q<i8, block = [*, *], scale = f32>>
  return
}

// -----

func.func @nested(%x: tensor<?x4xf32>, %s: tensor<1x1xf32>) {
  // expected-error-re@+1 {{cannot take a given scale}}
  %q = lowp.quantize(%x, %s) : tensor<?x4x!lowp.q<i8, block = [*, *], scale = !lowp.q<i8, block = [*, *], scale = f32>>>
  return
}

// -----

func.func @shift(%x: tensor<?x4xf32>, %s: tensor<1x1xf32>) {
  // expected-error@+1 {{a type with a shift cannot take a given scale}}
  %q = lowp.quantize(%x, %s) : tensor<?x4x!lowp.q<ui8, block = [*, *], scale = f32, shift = f32>>
  return
}

// -----

func.func @only_zero(%x: tensor<?x4xf32>, %z: tensor<1x1xui8>) {
  // expected-error@+1 {{a zero is given without a scale}}
  %q = lowp.quantize(%x, none, %z) : tensor<?x4x!lowp.q<ui8, block = [*, *], scale = f32, zero = ui8>>
  return
}
