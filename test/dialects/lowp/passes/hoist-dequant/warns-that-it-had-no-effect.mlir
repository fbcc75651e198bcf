// RUN: narrow opt %s --verify-diagnostics --pipeline hoist-dequant

// expected-warning[no-effect]@unknown {{hoist-dequant found nothing that could work on codes}}
func.func @main(%x: tensor<?x2xf32>, %w: tensor<2x2xf32>) -> tensor<?x2xf32> {
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
