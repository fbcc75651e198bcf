// RUN: narrow opt %s --verify-diagnostics --split-input-file --pipeline pack-sparsity{pattern=2:4}

// expected-error@+1 {{@w: row 1, group 0 has 3 non-zeros, 2:4 holds 2}}
lowp.param @w : tensor<2x8xf32> = dense<[[1.0, 0.0, 0.0, 2.0, 0.0, 3.0, 4.0, 0.0], [0.0, 5.0, 6.0, 1.0, 7.0, 0.0, 0.0, 8.0]]> : tensor<2x8xf32>
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@w) : tensor<2x8xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@+1 {{@w: 2:4 needs a multiple of 4 along axis 1, found 6}}
lowp.param @w : tensor<1x6xf32> = dense<[[1.0, 0.0, 0.0, 2.0, 0.0, 3.0]]> : tensor<1x6xf32>
func.func @main(%x: tensor<?x6xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x6xf32>
  %y = nn.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// expected-error@+1 {{@w: blocks [1, 2] do not fit into what nm 2:4 stores}}
lowp.param @w : tensor<1x4x!lowp.q<i8, block = [1, 2], scale = f32>> = {codes = dense_resource<w.codes> : tensor<1x4xi8>, scale = dense_resource<w.scale> : tensor<1x2xf32>}
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<1x4x!lowp.q<i8, block = [1, 2], scale = f32>>
  %y = lowp.linear(%x, %w) : tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x0400000001000002",
      w.scale: "0x040000000000803F0000803F"
    }
  }
#-}

// -----

// expected-error@+1 {{@w: f64 cannot be packed}}
lowp.param @w : tensor<1x4xf64> = dense<[[1.0, 0.0, 0.0, 2.0]]> : tensor<1x4xf64>
func.func @main(%x: tensor<?x4xf64>) -> tensor<?x1xf64> {
  %w = lowp.get(@w) : tensor<1x4xf64>
  %y = nn.linear(%x, %w) : tensor<?x1xf64>
  return %y : tensor<?x1xf64>
}
