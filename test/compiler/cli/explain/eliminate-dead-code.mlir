// RUN: narrow opt %s --allow-unregistered-dialect --pipeline eliminate-dead-code --explain eliminate-dead-code --verify-diagnostics

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-remark@+1 {{erase at nn.relu %a: applied: only erased ops use its results}}
  %a = nn.relu(%x) : tensor<2xf32>
  // expected-remark@+1 {{erase at nn.relu %b: applied: nobody uses its results}}
  %b = nn.relu(%a) : tensor<2xf32>
  // expected-remark@+1 {{erase at other.op %c: left alone: other.op may do more than yield its results}}
  %c = "other.op"(%x) : (tensor<2xf32>) -> tensor<2xf32>
  return %x : tensor<2xf32>
}
