// RUN: narrow opt %s --pipeline "fold-constants{limit = 4}" --explain fold-constants --verify-diagnostics

func.func @main(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<8xf32>, tensor<4x!lowp.q<i8, block = [*], scale = f32>>) {
  %c = nn.constant() {value = dense<2.0> : tensor<4xf32>} : tensor<4xf32>
  // expected-remark@+1 {{fold at nn.relu %d: applied: 4 elements}}
  %d = nn.relu(%c) : tensor<4xf32>
  // expected-remark@+1 {{fold at nn.add %e: left alone: %x, an argument, is no constant}}
  %e = nn.add(%x, %d) : tensor<4xf32>
  // expected-remark@+1 {{fold at nn.concat %f: left alone: 8 elements, expected at most limit = 4}}
  %f = nn.concat([%c, %d]) {axis = 0} : tensor<8xf32>
  // expected-remark@+1 {{fold at lowp.quantize %q: left alone: what lowp.quantize yields must stay its result}}
  %q = lowp.quantize(%d) : tensor<4x!lowp.q<i8, block = [*], scale = f32>>
  return %e, %f, %q : tensor<4xf32>, tensor<8xf32>, tensor<4x!lowp.q<i8, block = [*], scale = f32>>
}
