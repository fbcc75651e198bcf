// RUN: narrow opt %s --pipeline infer-shapes --explain infer-shapes --verify-diagnostics

func.func @main(%x: tensor<4x2xf32>, %y: tensor<?xf32>) -> (tensor<?x2xf32>, tensor<?xf32>) {
  // expected-remark@+1 {{infer at nn.relu %a: applied: tensor<?x2xf32> is tensor<4x2xf32>}}
  %a = nn.relu(%x) : tensor<?x2xf32>
  // expected-remark@+1 {{infer at nn.relu %b: left alone: inference knows no more of tensor<?xf32>}}
  %b = nn.relu(%y) : tensor<?xf32>
  return %a, %b : tensor<?x2xf32>, tensor<?xf32>
}
