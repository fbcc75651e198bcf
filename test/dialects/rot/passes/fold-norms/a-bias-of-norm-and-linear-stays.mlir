// RUN: not narrow opt %s --pipeline fold-norms
// One parameter is the bias of the norm and of the linear op behind it: folded once, it would be gone twice.

lowp.param @g : tensor<2xf32> = dense<[1.0, 2.0]> : tensor<2xf32>
lowp.param @b : tensor<2xf32> = dense<[1.0, -1.0]> : tensor<2xf32>
lowp.param @w : tensor<2x2xf32> = dense<[[1.0, 0.0], [2.0, 1.0]]> : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %g = lowp.get(@g) : tensor<2xf32>
  %b = lowp.get(@b) : tensor<2xf32>
  %n = nn.layer_norm(%x, %g, %b) : tensor<?x2xf32>
  %w = lowp.get(@w) : tensor<2x2xf32>
  %y = nn.linear(%n, %w, %b) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
