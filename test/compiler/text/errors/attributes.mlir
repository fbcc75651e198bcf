// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @attributes(%x: tensor<2x2xf32>) {
  // expected-error@+1 {{nn.softmax has no attribute axes}}
  %a = nn.softmax(%x) {axes = 1} : tensor<2x2xf32>
  // expected-error@+1 {{nn.softmax needs axis: int}}
  %b = nn.softmax(%x) {axis = "last"} : tensor<2x2xf32>
  // expected-error@+1 {{axis is given twice}}
  %c = nn.softmax(%x) {axis = 1, axis = 0} : tensor<2x2xf32>
  // expected-error@+1 {{nn.transpose needs permutation: }}
  %d = nn.transpose(%x) : tensor<2x2xf32>
  // expected-error@+1 {{nn.constant needs value: dense}}
  %e = nn.constant() {value = 1.0 : f32} : tensor<2xf32>
  // A discardable attribute has a dot in its name.
  %f = nn.relu(%x) {test.note = "kept"} : tensor<2x2xf32>
  return
}

// -----

// expected-error@+1 {{1.5 is no integer}}
lowp.param @a : tensor<2xf32> attributes {test.number = 1.5 : i32}
// expected-error@+1 {{1.0e39 is too large for f32}}
lowp.param @b : tensor<2xf32> attributes {test.number = 1.0e39 : f32}
// expected-error@+1 {{3 cannot have this type}}
lowp.param @c : tensor<2xf32> attributes {test.number = 3 : tensor<2xf32>}
// expected-error@+1 {{array<…> starts with its element type}}
lowp.param @d : tensor<2xf32> attributes {test.array = array<1, 2>}
// expected-error@+1 {{array<…> holds something that is no number}}
lowp.param @e : tensor<2xf32> attributes {test.array = array<i64: 1, x>}
