// RUN: not narrow diff %s test/compiler/cli/diff/the-other-way-round.mlir

// The first file is this one; the second one is the same layer with its weight in four bits.
lowp.param @w : tensor<2x2xf32> = dense<1.0>
lowp.param @gone : tensor<2xf32> = dense<1.0>

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  %s = nn.softmax(%y) {axis = 1} : tensor<?x2xf32>
  %r = nn.add(%x, %s) : tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}
