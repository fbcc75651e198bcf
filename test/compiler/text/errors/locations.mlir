// RUN: narrow opt %s --verify-diagnostics --split-input-file

#here = loc("file.py":1:2)
#number = 3 : i64
func.func @f(%x: tensor<2xf32>) {
  %a = nn.relu(%x) : tensor<2xf32> loc(#here)
  // expected-error@+1 {{#there is not defined before this place}}
  %b = nn.relu(%x) : tensor<2xf32> loc(#there)
  // expected-error@+1 {{#number is not a location}}
  %c = nn.relu(%x) : tensor<2xf32> loc(#number)
  // expected-error@+1 {{expected}}
  %d = nn.relu(%x) : tensor<2xf32> loc(3)
  return
}
