// RUN: narrow opt %s --verify-diagnostics --pipeline 'observe-values{values=["*"]}'

// expected-error@unknown {{no function computes a float value that has a name}}
lowp.param @w : tensor<4xf32>
func.func @main() -> tensor<4xf32> {
  %w = lowp.get(@w) : tensor<4xf32>
  return %w : tensor<4xf32>
}
