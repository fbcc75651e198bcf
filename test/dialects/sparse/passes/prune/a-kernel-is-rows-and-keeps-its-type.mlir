// RUN: narrow opt %s --pipeline prune{pattern=1:2}

// Pairs run along [in, height, width]; numbers that stay keep their bits, so bf16 stays bf16.
// CHECK: lowp.param @k : tensor<1x2x1x2xbf16> = dense_resource<k.value>
lowp.param @k : tensor<1x2x1x2xbf16> = dense<[[[[1.0, 2.0]], [[4.0, -3.0]]]]> : tensor<1x2x1x2xbf16>
func.func @main(%x: tensor<?x2x4x4xf32>) -> tensor<?x1x4x3xf32> {
  %stored = lowp.get(@k) : tensor<1x2x1x2xbf16>
  %y = nn.conv2d(%x, %stored) : tensor<?x1x4x3xf32>
  return %y : tensor<?x1x4x3xf32>
}
// CHECK: k.value: "0x{{[0-9]{8}}}0000004080400000"
