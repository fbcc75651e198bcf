// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @wider(%x: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>) {
  // expected-error@+1 {{i4 cannot become i8, fewer bits expected}}
  %q = lowp.requantize(%x) : tensor<2x4x!lowp.q<i8, block = [1, 2], scale = f32>>
  return
}

// -----

func.func @blocks(%x: tensor<2x4x!lowp.q<i8, block = [1, 2], scale = f32>>) {
  // expected-error@+1 {{block differs, codes keep their blocks and kind of scale}}
  %q = lowp.requantize(%x) : tensor<2x4x!lowp.q<i4, block = [1, 4], scale = f32>>
  return
}

// -----

func.func @shape(%x: tensor<2x4x!lowp.q<i8, block = [1, 2], scale = f32>>) {
  // expected-error@+1 {{lowp.requantize keeps the shape}}
  %q = lowp.requantize(%x) : tensor<4x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  return
}

// -----

func.func @zero(%x: tensor<2x4x!lowp.q<i8, block = [1, 2], scale = f32, zero = i8>>) {
  // expected-error@+1 {{the type has a zero, expected a scale alone}}
  %q = lowp.requantize(%x) : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32, zero = i8>>
  return
}
