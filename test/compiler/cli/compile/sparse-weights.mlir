// RUN: narrow compile %s --print steps --extent x=8
lowp.param @few : tensor<3x16x!lowp.sparse<csr, f16>> = {offsets = dense_resource<few.offsets> : tensor<4xi32>, columns = dense_resource<few.columns> : tensor<?xui8>, values = dense_resource<few.values> : tensor<?xf16>}
lowp.param @half : tensor<3x3x!lowp.sparse<bitmap, f32>> = {mask = dense_resource<half.mask> : tensor<3x3xui1>, values = dense_resource<half.values> : tensor<?xf32>}

func.func @main(%x: tensor<?x16xf32>) -> tensor<?x3xf32> {
  %few_q = lowp.get(@few) : tensor<3x16x!lowp.sparse<csr, f16>>
  %half_stored = lowp.get(@half) : tensor<3x3x!lowp.sparse<bitmap, f32>>
  %h = lowp.linear(%x, %few_q) : tensor<?x3xf32>
  %y = lowp.linear(%h, %half_stored) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      few.offsets: "0x0400000000000000020000000200000005000000",
      few.columns: "0x04000000010F00080F",
      few.values: "0x04000000003E00C00034004200B8",
      half.mask: "0x040000005501",
      half.values: "0x040000000000803F000040400000A0400000E04000001041"
    }
  }
#-}
