// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{no construction gives a Hadamard matrix of order 6}}
rot.def(@r) {transform = #rot.hadamard<6>}

// -----

// expected-error@+1 {{@a: @a is made of itself}}
rot.def(@a) {transform = #rot.inverse<@b>}
// expected-error@+1 {{@b: @b is made of itself}}
rot.def(@b) {transform = #rot.inverse<@a>}

// -----

// expected-error@+1 {{@a: @missing is no transform}}
rot.def(@a) {transform = #rot.transpose<@missing>}

// -----

rot.def(@a) {transform = #rot.hadamard<4>}
rot.def(@b) {transform = #rot.hadamard<2>}
// expected-error@+1 {{@c: factors of a product map 4 and 2 channels}}
rot.def(@c) {transform = #rot.product<@a, @b>}

// -----

// expected-error@+1 {{the numbers of @p are no tensor<3xi32>}}
rot.def(@p) {transform = #rot.permutation<3>, value = dense<[0, 1]> : tensor<2xi32>}

// -----

// expected-error@+1 {{@p needs no numbers beside it}}
rot.def(@p) {transform = #rot.hadamard<2>, value = dense<[0, 1]> : tensor<2xi32>}

// -----

// expected-error@+1 {{@p: this attribute is no transform}}
rot.def(@p) {transform = 3}

// -----

rot.def(@r) {transform = #rot.hadamard<4>}
func.func @size(%x: tensor<?x6xf32>) -> tensor<?x6xf32, #rot.frame<@r on 1>> {
  // expected-error@+1 {{@r maps 4 channels, and axis 1 has 6}}
  %y = rot.apply(@r, %x) {axis = 1} : tensor<?x6xf32, #rot.frame<@r on 1>>
  return %y : tensor<?x6xf32, #rot.frame<@r on 1>>
}

// -----

lowp.param @w : tensor<4xf32>
func.func @kind(%x: tensor<?x4xf32>) -> tensor<?x4xf32, #rot.frame<@w on 1>> {
  // expected-error@+1 {{@w is no transform}}
  %y = rot.apply(@w, %x) {axis = 1} : tensor<?x4xf32, #rot.frame<@w on 1>>
  return %y : tensor<?x4xf32, #rot.frame<@w on 1>>
}
