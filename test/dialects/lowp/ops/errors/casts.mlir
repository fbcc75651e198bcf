// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @shape(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{lowp.quantize keeps the shape: tensor<2x4xf32> cannot become tensor<4x2x!lowp.q<…>>}}
  %q = lowp.quantize(%x) : tensor<4x2x!lowp.q<i4, block = [1, 2], scale = f32>>
  return
}

// -----

func.func @integers(%x: tensor<2x4xi32>) {
  // expected-error@+1 {{input of lowp.quantize must be tensor of floats, not tensor<2x4xi32>}}
  %q = lowp.quantize(%x) : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>
  return
}

// -----

func.func @dense(%x: tensor<2x4xf32>) {
  // expected-error@+1 {{input of lowp.dequantize must be tensor of a lowp type, not tensor<2x4xf32>}}
  %d = lowp.dequantize(%x) : tensor<2x4xf32>
  return
}

// -----

func.func @half(%x: tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>>) {
  // expected-error@+1 {{output of lowp.dequantize is tensor<2x4xf32>, not tensor<2x4xf16>}}
  %d = lowp.dequantize(%x) : tensor<2x4xf16>
  return
}
