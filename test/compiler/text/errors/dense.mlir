// RUN: narrow opt %s --verify-diagnostics

// expected-error@+1 {{dense<…> holds a list of shape 3, but the type says 2}}
lowp.param @count : tensor<2xf32> = dense<[1.0, 2.0, 3.0]> : tensor<2xf32>
// expected-error@+1 {{dense<…> holds lists of different lengths}}
lowp.param @ragged : tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0]]> : tensor<2x2xf32>
// expected-error@+1 {{dense<…> holds something that is no number}}
lowp.param @word : tensor<2xf32> = dense<[1.0, one]> : tensor<2xf32>
// expected-error@+1 {{dense<…> needs a tensor type after a colon}}
lowp.param @typeless : tensor<2xf32> = dense<1.0> attributes {prov = dense<1.0>}
// expected-error@+1 {{dense<…> needs a static shape}}
lowp.param @dynamic : tensor<2xf32> = dense<1.0> : tensor<?xf32>
