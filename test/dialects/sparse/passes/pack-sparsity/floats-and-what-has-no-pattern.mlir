// RUN: narrow opt %s --pipeline pack-sparsity --check-contracts

// Each weight in what suits it: 2:4, whole groups, few numbers anywhere; the one without zeros stays.
lowp.param @regular : tensor<2x8xbf16> = dense<[[1.0, 2.0, 0.0, 0.0, 0.0, 3.0, 4.0, 0.0], [0.0, 5.0, 6.0, 0.0, 7.0, 0.0, 0.0, 8.0]]> : tensor<2x8xbf16>
lowp.param @groups : tensor<2x16xf32> = dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<2x16xf32>
lowp.param @few : tensor<2x9xf32> = dense<[[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], [2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<2x9xf32>
lowp.param @full : tensor<1x2xf32> = dense<[[1.0, 2.0]]> : tensor<1x2xf32>
func.func @main(%x: tensor<?x8xf32>, %g: tensor<?x16xf32>, %f: tensor<?x9xf32>, %d: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>) {
  %a = lowp.get(@regular) : tensor<2x8xbf16>
  %b = lowp.get(@groups) : tensor<2x16xf32>
  %c = lowp.get(@few) : tensor<2x9xf32>
  %w = lowp.get(@full) : tensor<1x2xf32>
  %p = nn.linear(%x, %a) : tensor<?x2xf32>
  %q = nn.linear(%g, %b) : tensor<?x2xf32>
  %r = nn.linear(%f, %c) : tensor<?x2xf32>
  %s = nn.linear(%d, %w) : tensor<?x1xf32>
  return %p, %q, %r, %s : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>
}
