// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline "quantize-weights{type=allocated}"

// expected-error@unknown {{none of the 1 weights has an attribute allocated}}
lowp.param @w : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

lowp.param @w : tensor<2x2xf32>
// expected-error@+1 {{@table is allocated a type, but is no weight of nn.linear or nn.conv2d}}
lowp.param @table : tensor<2x2xf32> attributes {allocated = !lowp.q<i8, block = [1, *], scale = f32>}
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@+1 {{no weight solver is called gtpq}}
lowp.param @w : tensor<2x2xf32> attributes {allocated = !lowp.q<i8, block = [1, *], scale = f32>, solver = "gtpq"}
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
