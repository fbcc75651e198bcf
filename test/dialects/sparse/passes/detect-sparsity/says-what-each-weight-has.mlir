// RUN: narrow opt %s --verify-diagnostics --pipeline "detect-sparsity{skip=[\"full\"]}" --explain detect-sparsity

// expected-remark@+2 {{count zeros at lowp.param @regular: applied: 50.00 % zero; 2:4}}
// expected-remark@unknown {{@regular: 50.00 % zero; 2:4}}
lowp.param @regular : tensor<1x8xf32> = dense<[[1.0, 2.0, 0.0, 0.0, 0.0, 3.0, 4.0, 0.0]]> : tensor<1x8xf32>
// expected-remark@+2 {{count zeros at lowp.param @groups: applied: 62.50 % zero; 4:8, groups of 4: 50.0 % empty}}
// expected-remark@unknown {{@groups: 62.50 % zero; 4:8, groups of 4: 50.0 % empty}}
lowp.param @groups : tensor<2x8xf32> = dense<[[0.0, 0.0, 0.0, 0.0, 5.0, 6.0, 7.0, 8.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]]> : tensor<2x8xf32>
// expected-remark@+2 {{count zeros at lowp.param @codes: applied: 50.00 % zero; 1:2}}
// expected-remark@unknown {{@codes: 50.00 % zero; 1:2}}
lowp.param @codes : tensor<1x8x!lowp.q<i8, block = [1, *], scale = f32>> = {codes = dense_resource<codes.codes> : tensor<1x8xi8>, scale = dense_resource<codes.scale> : tensor<1x1xf32>}
// expected-remark@+1 {{count zeros at lowp.param @full: left alone: a pattern of skip matches it}}
lowp.param @full : tensor<1x8xf32> = dense<1.0> : tensor<1x8xf32>
func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x1xf32>, tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %a = lowp.get(@regular) : tensor<1x8xf32>
  %b = lowp.get(@groups) : tensor<2x8xf32>
  %c = lowp.get(@codes) : tensor<1x8x!lowp.q<i8, block = [1, *], scale = f32>>
  %d = lowp.get(@full) : tensor<1x8xf32>
  %p = nn.linear(%x, %a) : tensor<?x1xf32>
  %q = nn.linear(%x, %b) : tensor<?x2xf32>
  %r = lowp.linear(%x, %c) : tensor<?x1xf32>
  %s = nn.linear(%x, %d) : tensor<?x1xf32>
  return %p, %q, %r, %s : tensor<?x1xf32>, tensor<?x2xf32>, tensor<?x1xf32>, tensor<?x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      codes.codes: "0x040000000100020000030400",
      codes.scale: "0x040000000000803F"
    }
  }
#-}
