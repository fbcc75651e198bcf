// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{the sparsity of @w is 1, expected a share from 0 to below 1}}
lowp.param @w : tensor<2x2xf32> attributes {sparsity = 1.0}

// -----

// expected-error@+1 {{the sparsity of @w is -0.5, expected a share from 0 to below 1}}
lowp.param @w : tensor<2x2xf32> attributes {sparsity = -0.5}

// -----

// expected-error@+1 {{lowp.param needs sparsity: number}}
lowp.param @w : tensor<2x2xf32> attributes {sparsity = "half"}

// -----

// A plan for the type may stand beside that for the zeros.
lowp.param @w : tensor<2x2xf32> attributes {allocated = !lowp.q<i4, block = [1, *], scale = f32>, sparsity = 0.0}
