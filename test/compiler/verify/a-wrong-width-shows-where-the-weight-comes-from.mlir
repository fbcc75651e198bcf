// RUN: not narrow opt %s

lowp.param @fc1.weight : tensor<128x63xf32>
func.func @fc1(%x: tensor<?x64xf32>) -> tensor<?x128xf32> {
  %w = lowp.get(@fc1.weight) : tensor<128x63xf32>
  %y = nn.linear(%x, %w) : tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}
