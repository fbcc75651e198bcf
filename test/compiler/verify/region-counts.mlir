// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{nn.relu has 0 regions, found 1}}
  %y = "nn.relu"(%x) ({
    "test.end"() : () -> ()
  }) : (tensor<2xf32>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// expected-error@+1 {{func.func has 1 regions, found 2}}
"func.func"() <{sym_name = "g", function_type = () -> ()}> ({
  "func.return"() : () -> ()
}, {
  "func.return"() : () -> ()
}) : () -> ()
