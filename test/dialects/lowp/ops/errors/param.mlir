// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{@scalar must be a tensor of known shape, not f32}}
lowp.param @scalar : f32

// -----

// expected-error@+1 {{@dynamic must be a tensor of known shape, not tensor<?x4xf32>}}
lowp.param @dynamic : tensor<?x4xf32>

// -----

// expected-error@+1 {{the value of @word is one dense_resource<…> or dense<…>}}
lowp.param @word : tensor<2xf32> = 3.0 : f32

// -----

// expected-error@+1 {{@other is tensor<2xf32>, but its value is tensor<3xf32>}}
lowp.param @other : tensor<2xf32> = dense<0.0> : tensor<3xf32>

// -----

// expected-error@+1 {{@untyped is tensor<2xf32>, but its value is untyped}}
"lowp.param"() <{sym_name = "untyped", type = tensor<2xf32>, value = dense_resource<w>}> : () -> ()

// -----

// expected-error@+1 {{the value of @composite is a dictionary, as its type has several components}}
lowp.param @composite : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>> = dense_resource<w>

// -----

// expected-error@+2 {{@parts has no component zero}}
// expected-error@+1 {{@parts lacks its component scale}}
lowp.param @parts : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>> = {codes = dense_resource<c> : tensor<2x4xi4>, zero = dense_resource<z> : tensor<2x2xi4>}

// -----

// expected-error@+2 {{component codes of @types must be a dense_resource<…> : tensor<2x4xi4>}}
// expected-error@+1 {{component scale of @types must be a dense_resource<…> : tensor<2x2xf32>}}
lowp.param @types : tensor<2x4x!lowp.q<i4, block = [1, 2], scale = f32>> = {codes = dense_resource<c> : tensor<2x4xi8>, scale = dense<1.0> : tensor<2x2xf32>}

// -----

// expected-error@+1 {{lowp.param has no attribute provenance}}
lowp.param @attribute : tensor<2xf32> attributes {provenance = "rtn"}
