// RUN: narrow opt %s --pipeline 'pack-sparsity{pattern=bsr<4>}' --check-contracts

lowp.param @k : tensor<2x2x1x4xf32> = dense<[[[[1.0, 2.0, 3.0, 4.0]], [[0.0, 0.0, 0.0, 0.0]]], [[[0.0, 0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0, 5.0]]]]> : tensor<2x2x1x4xf32>
func.func @main(%x: tensor<?x2x4x8xf32>) -> tensor<?x2x4x5xf32> {
  %k = lowp.get(@k) : tensor<2x2x1x4xf32>
  %y = nn.conv2d(%x, %k) : tensor<?x2x4x5xf32>
  return %y : tensor<?x2x4x5xf32>
}
