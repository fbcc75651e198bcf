// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @forms(%x: tensor<2xf32>) {
  // expected-error@+1 {{func.func is not written this way}}
  func.func(%x)
  // expected-error@+1 {{lowp.param is not written this way}}
  lowp.param(@w)
  // expected-error@+1 {{nn.relu needs operand input}}
  %a = nn.relu() : tensor<2xf32>
  // expected-error@+1 {{input of nn.relu is one value, not a group}}
  %b = nn.relu([%x]) : tensor<2xf32>
  // expected-error@+1 {{inputs of nn.concat is a group, written [%a, %b]}}
  %c = nn.concat(%x) {axis = 0} : tensor<2xf32>
  // expected-error@+1 {{nn.relu takes 1 operands, found 2}}
  %d = nn.relu(%x, %x) : tensor<2xf32>
  return
}
