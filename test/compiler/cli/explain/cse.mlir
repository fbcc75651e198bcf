// RUN: narrow opt %s --pipeline cse --explain cse --verify-diagnostics

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = nn.relu(%x) : tensor<4xf32>
  // expected-remark@+1 {{merge at nn.relu %b: applied: it is %a}}
  %b = nn.relu(%x) : tensor<4xf32>
  %c = nn.gelu(%a) : tensor<4xf32>
  // expected-remark@+1 {{merge at nn.gelu %d: left alone: attributes or types differ, beside %c}}
  %d = nn.gelu(%b) {approximation = tanh} : tensor<4xf32>
  %q = lowp.quantize(%c) : tensor<4x!lowp.q<i8, block = [*], scale = f32>>
  // expected-remark@+1 {{merge at lowp.quantize %p: left alone: each lowp.quantize is one of its own, beside %q}}
  %p = lowp.quantize(%c) : tensor<4x!lowp.q<i8, block = [*], scale = f32>>
  return %d : tensor<4xf32>
}
