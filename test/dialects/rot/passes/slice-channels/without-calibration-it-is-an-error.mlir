// RUN: not narrow opt %s --pipeline "fold-norms,slice-channels{channels = 2}"
// What to keep is told by what calibration saw.

lowp.param @e : tensor<3x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [0.5, 0.5, 0.5, 0.5], [0.0, -1.0, 0.0, 1.0]]> : tensor<3x4xf32>
lowp.param @g : tensor<4xf32> = dense<[1.0, 2.0, 0.5, 4.0]> : tensor<4xf32>
lowp.param @up : tensor<2x4xf32> = dense<[[1.0, 0.0, 2.0, 0.0], [0.0, 1.0, 0.0, -1.0]]> : tensor<2x4xf32>
lowp.param @down : tensor<4x2xf32> = dense<[[1.0, 1.0], [1.0, -1.0], [2.0, 0.0], [0.0, 2.0]]> : tensor<4x2xf32>
func.func @main(%t: tensor<?xi32>) -> tensor<?x3xf32> {
  %e = lowp.get(@e) : tensor<3x4xf32>
  %h = nn.embedding(%e, %t) : tensor<?x4xf32>
  %g = lowp.get(@g) : tensor<4xf32>
  %n = nn.rms_norm(%h, %g) : tensor<?x4xf32>
  %wu = lowp.get(@up) : tensor<2x4xf32>
  %u = nn.linear(%n, %wu) : tensor<?x2xf32>
  %a = nn.relu(%u) : tensor<?x2xf32>
  %wd = lowp.get(@down) : tensor<4x2xf32>
  %d = nn.linear(%a, %wd) : tensor<?x4xf32>
  %s = nn.add(%h, %d) : tensor<?x4xf32>
  %m = nn.rms_norm(%s) : tensor<?x4xf32>
  %head = lowp.get(@e) : tensor<3x4xf32>
  %y = nn.linear(%m, %head) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
