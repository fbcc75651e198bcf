// RUN[SMOOTH]: not narrow opt %s --pipeline smooth-quant --explain smooth-quant
// RUN[AWQ]: not narrow opt %s --pipeline "awq-scale{type=!lowp.q<i4, block = [1, *], scale = f32>}" --explain awq-scale
// RUN[NORM]: not narrow opt %s --pipeline fold-batch-norm --explain fold-batch-norm

lowp.param @gain : tensor<2xf32>
lowp.param @gain2 : tensor<2xf32>
lowp.param @a : tensor<2x2xf32>
lowp.param @b : tensor<2x2xf32>
func.func @main(%x: tensor<?x2xf32>, %one: tensor<2xf32>) -> tensor<?x2xf32> {
  %gain = lowp.get(@gain) : tensor<2xf32>
  %gain2 = lowp.get(@gain2) : tensor<2xf32>
  %a = lowp.get(@a) : tensor<2x2xf32>
  %b = lowp.get(@b) : tensor<2x2xf32>
  %n = nn.rms_norm(%x, %gain) : tensor<?x2xf32>
  %y = nn.linear(%n, %a) : tensor<?x2xf32>
  %m = nn.rms_norm(%y, %gain2) : tensor<?x2xf32>
  %z = nn.linear(%m, %b) : tensor<?x2xf32>
  %s = nn.add(%z, %m) : tensor<?x2xf32>
  %t = nn.batch_norm(%s, %one, %one, %one, %one) : tensor<?x2xf32>
  return %t : tensor<?x2xf32>
}
