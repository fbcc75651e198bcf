// RUN: narrow opt %s --verify-diagnostics --pipeline "quantize-activations{type=!lowp.q<i8, block = [1, *], scale = f32> scales=mse}"

// expected-error@unknown {{scales says how calibration data become scales, but mode = dynamic uses none}}
lowp.param @a : tensor<2x4xf32> = dense_resource<a>
lowp.param @b : tensor<2x4xf32> = dense_resource<b>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x2xf32> {
  %wa = lowp.get(@a) : tensor<2x4xf32>
  %p = nn.linear(%x, %wa) : tensor<?x2xf32>
  %wb = lowp.get(@b) : tensor<2x4xf32>
  %q = nn.linear(%x, %wb) : tensor<?x2xf32>
  %y = nn.add(%p, %q) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
{-#
  dialect_resources: {
    builtin: {
      a: "0x04000000000080BF0000003F0000803E0000003F000080BF0000003F0000803E0000003F",
      b: "0x04000000000080BF0000003F0000803E0000003F000080BF0000003F0000803E0000003F"
    }
  }
#-}
