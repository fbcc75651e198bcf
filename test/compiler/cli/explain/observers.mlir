// RUN[PUT]: narrow opt %s --pipeline "observe-values{values=[\"main.a\"]}" --explain observe-values --verify-diagnostics
// RUN[TAKE]: not narrow opt %s --pipeline "observe-values{values=[\"main.a\"]},remove-observers,remove-observers" --explain remove-observers

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-remark@+2 {{main.x at nn.relu %a: left alone: no pattern of values matches it}}
  // expected-remark@+1 {{main.a at nn.relu %a: applied}}
  %a = nn.relu(%x) : tensor<2xf32>
  return %a : tensor<2xf32>
}
