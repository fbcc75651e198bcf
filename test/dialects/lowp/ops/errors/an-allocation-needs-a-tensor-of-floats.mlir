// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{@w names a solver, but no type that it is to fill}}
lowp.param @w : tensor<2x2xf32> attributes {solver = "mse-clip"}

// -----

// expected-error@+1 {{@w is tensor<2x2x!lowp.q<…>>, which cannot be put into a type as a tensor of floats can}}
lowp.param @w : tensor<2x2x!lowp.q<i8, block = [1, *], scale = f32>> attributes {allocated = !lowp.q<i4, block = [1, *], scale = f32>}

// -----

// expected-error@+1 {{lowp.param needs allocated: lowp type, such as !lowp.q<i4, block = [1, 32], scale = f16>}}
lowp.param @w : tensor<2x2xf32> attributes {allocated = f16}

// -----

lowp.param @w : tensor<2x2xf32> attributes {allocated = !lowp.q<i4, block = [1, *], scale = f32>, solver = {algo = "gptq", options = {scales = mse}}}
