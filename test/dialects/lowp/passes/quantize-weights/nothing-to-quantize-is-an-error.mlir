// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline "quantize-weights{type=!lowp.q<i8, block = [1, *], scale = f32>}"

// expected-error@unknown {{no nn.linear or nn.conv2d takes its weight from a dense parameter}}
func.func @no_weights(%x: tensor<?x2xf32>, %w: tensor<2x2xf32>) -> tensor<?x2xf32> {
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Quantizing twice is no second step either.
// expected-error@unknown {{no nn.linear or nn.conv2d takes its weight from a dense parameter}}
lowp.param @w : tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>>
func.func @quantized(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %q = lowp.get(@w) : tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>>
  %w = lowp.dequantize(%q) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
