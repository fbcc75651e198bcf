// RUN: narrow opt %s --verify-diagnostics --split-input-file

// A gain multiplies single channels, which a rotated stream does not have: it is folded first.
rot.def(@r1) {transform = #rot.hadamard<4>}
func.func @gain_not_folded(%h: tensor<?x4xf32, #rot.frame<@r1 on 1>>, %g: tensor<4xf32>) -> tensor<?x4xf32, #rot.frame<@r1 on 1>> {
  // expected-error@+1 {{axis 1 of %h is in frame @r1, but nn.rms_norm with a gain needs the identity frame, or that of a permutation}}
  %n = nn.rms_norm(%h, %g) : tensor<?x4xf32, #rot.frame<@r1 on 1>>
  return %n : tensor<?x4xf32, #rot.frame<@r1 on 1>>
}

// -----

// Rotary planes are pairs of channels: queries and keys are rotated behind them.
rot.def(@r3) {transform = #rot.hadamard<4>}
func.func @across_rope(%q: tensor<?x2x4xf32>, %p: tensor<?xi32>) -> tensor<?x2x4xf32, #rot.frame<@r3 on 2>> {
  %turned = rot.apply(@r3, %q) {axis = 2} : tensor<?x2x4xf32, #rot.frame<@r3 on 2>>
  // expected-error@+1 {{axis 2 of %turned is in frame @r3, but nn.rope needs the identity frame}}
  %y = nn.rope(%turned, %p) : tensor<?x2x4xf32, #rot.frame<@r3 on 2>>
  return %y : tensor<?x2x4xf32, #rot.frame<@r3 on 2>>
}

// -----

rot.def(@r1) {transform = #rot.hadamard<4>}
func.func @half_a_sum(%h: tensor<?x4xf32, #rot.frame<@r1 on 1>>, %o: tensor<?x4xf32>) -> tensor<?x4xf32, #rot.frame<@r1 on 1>> {
  // expected-error@+1 {{axis 1 of %o is in the identity frame: nn.add needs them in one}}
  %y = nn.add(%h, %o) : tensor<?x4xf32, #rot.frame<@r1 on 1>>
  return %y : tensor<?x4xf32, #rot.frame<@r1 on 1>>
}

// -----

rot.def(@r1) {transform = #rot.hadamard<4>}
func.func @contraction(%h: tensor<?x4xf32, #rot.frame<@r1 on 1>>, %w: tensor<2x4xf32>) -> tensor<?x2xf32> {
  // expected-error@+1 {{axis 1 of %h is in frame @r1, but axis 1 of %w is in the identity frame: nn.linear needs them in one}}
  %y = nn.linear(%h, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

rot.def(@s) {transform = #rot.diagonal<4>}
func.func @not_orthogonal(%h: tensor<?x4xf32, #rot.frame<@s on 1>>) -> tensor<?x4xf32, #rot.frame<@s on 1>> {
  // expected-error@+1 {{axis 1 of %h is in frame @s, but nn.rms_norm needs an orthogonal frame}}
  %n = nn.rms_norm(%h) : tensor<?x4xf32, #rot.frame<@s on 1>>
  return %n : tensor<?x4xf32, #rot.frame<@s on 1>>
}

// -----

rot.def(@r1) {transform = #rot.hadamard<4>}
func.func @mean_not_taken_away(%h: tensor<?x4xf32, #rot.frame<@r1 on 1>>) -> tensor<?x4xf32, #rot.frame<@r1 on 1>> {
  // expected-error@+1 {{nn.layer_norm needs the identity frame, or that of a permutation}}
  %n = nn.layer_norm(%h) : tensor<?x4xf32, #rot.frame<@r1 on 1>>
  return %n : tensor<?x4xf32, #rot.frame<@r1 on 1>>
}

// -----

rot.def(@wide) {transform = #rot.hadamard<8>}
func.func @cut(%h: tensor<?x8xf32, #rot.frame<@wide on 1>>) -> tensor<?x2x4xf32, #rot.frame<@wide on 2>> {
  // expected-error@+1 {{nn.reshape cuts @wide, which maps 8 channels, into runs of 4}}
  %y = nn.reshape(%h) {shape = [-1, 2, 4]} : tensor<?x2x4xf32, #rot.frame<@wide on 2>>
  return %y : tensor<?x2x4xf32, #rot.frame<@wide on 2>>
}

// -----

rot.def(@r1) {transform = #rot.hadamard<4>}
func.func @nobody_knows(%h: tensor<?x4xf32, #rot.frame<@r1 on 1>>) -> tensor<?x4xf32, #rot.frame<@r1 on 1>> {
  // expected-error@+1 {{nn.softmax needs the identity frame, or that of a permutation}}
  %n = nn.softmax(%h) : tensor<?x4xf32, #rot.frame<@r1 on 1>>
  return %n : tensor<?x4xf32, #rot.frame<@r1 on 1>>
}

// -----

rot.def(@r1) {transform = #rot.hadamard<4>}
func.func @twice(%h: tensor<?x4xf32, #rot.frame<@r1 on 1>>) -> tensor<?x4xf32> {
  // expected-error@+1 {{axis 1 is in frame @r1, but rot.apply takes it from the identity frame}}
  %y = rot.apply(@r1, %h) {axis = 1} : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

rot.def(@r1) {transform = #rot.hadamard<4>}
lowp.param @e : tensor<4x4xf32>
func.func @two_frames() -> tensor<4x4xf32, #rot.frame<@r1 on 1>> {
  // expected-error@+1 {{@e is tensor<4x4xf32>, not tensor<4x4xf32, …>}}
  %e = lowp.get(@e) : tensor<4x4xf32, #rot.frame<@r1 on 1>>
  return %e : tensor<4x4xf32, #rot.frame<@r1 on 1>>
}
