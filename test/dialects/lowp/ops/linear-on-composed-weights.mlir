// RUN: narrow opt %s
// RUN[VALUES]: narrow run %s --input "x=[[1, 2, 3, 4]]"

// VALUES: tensor 1x2: -5 4
// VALUES: tensor 1x2: 10 20
// VALUES: tensor 1x2: 2 37

// csr: row 0 is (0, 1.5, 0, -2), row 1 (4, 0, 0, 0). Low rank: (1, 2)ᵀ (1, 0, -1, 3). Split: columns 2, 0 | 1, 3.
lowp.param @csr : tensor<2x4x!lowp.sparse<csr, f16>> = {offsets = dense_resource<csr.offsets> : tensor<3xi32>, columns = dense_resource<csr.columns> : tensor<?xui8>, values = dense_resource<csr.values> : tensor<?xf16>}
lowp.param @lowrank : tensor<2x4x!lowp.lowrank<1, f16, f16>> = {left = dense_resource<lowrank.left> : tensor<2x1xf16>, right = dense_resource<lowrank.right> : tensor<1x4xf16>}
lowp.param @split : tensor<2x4x!lowp.split<1, [(2:f16), (2:!lowp.q<i8, block = [1, *], scale = f16>)], permuted = true>> = {perm = dense_resource<split.perm> : tensor<4xui8>, "0" = dense_resource<split.0> : tensor<2x2xf16>, "1.codes" = dense_resource<split.1.codes> : tensor<2x2xi8>, "1.scale" = dense_resource<split.1.scale> : tensor<2x1xf16>}
func.func @main(%x: tensor<?x4xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %csr = lowp.get(@csr) : tensor<2x4x!lowp.sparse<csr, f16>>
  %lowrank = lowp.get(@lowrank) : tensor<2x4x!lowp.lowrank<1, f16, f16>>
  %split = lowp.get(@split) : tensor<2x4x!lowp.split<1, [(2:f16), (2:!lowp.q<i8, block = [1, *], scale = f16>)], permuted = true>>
  %a = lowp.linear(%x, %csr) : tensor<?x2xf32>
  %b = lowp.linear(%x, %lowrank) : tensor<?x2xf32>
  %c = lowp.linear(%x, %split) : tensor<?x2xf32>
  return %a, %b, %c : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      csr.offsets: "0x04000000000000000200000003000000",
      csr.columns: "0x04000000010300",
      csr.values: "0x02000000003E00C00044",
      lowrank.left: "0x02000000003C0040",
      lowrank.right: "0x02000000003C000000BC0042",
      split.perm: "0x0100000002000103",
      split.0: "0x02000000003C000000400045",
      split.1.codes: "0x0100000001FF0305",
      split.1.scale: "0x020000000038003C"
    }
  }
#-}
