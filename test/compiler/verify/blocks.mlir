// RUN: narrow opt %s --verify-diagnostics --split-input-file --allow-unregistered-dialect

// What both branches need is defined above them; blocks may stand in any order.
func.func @diamond(%x: tensor<2xf32>, %c: tensor<i1>) -> tensor<2xf32> {
  %a = nn.relu(%x) : tensor<2xf32>
  "cf.cond_br"(%c)[^left, ^right] : (tensor<i1>) -> ()
^join(%y: tensor<2xf32>):
  return %y : tensor<2xf32>
^left:
  %l = nn.neg(%a) : tensor<2xf32>
  "cf.br"()[^join(%l : tensor<2xf32>)] : () -> ()
^right:
  "cf.br"()[^join(%a : tensor<2xf32>)] : () -> ()
}

// -----

func.func @sibling(%x: tensor<2xf32>, %c: tensor<i1>) -> tensor<2xf32> {
  "cf.cond_br"(%c)[^left, ^right] : (tensor<i1>) -> ()
^left:
  %l = nn.neg(%x) : tensor<2xf32>
  "cf.br"()[^join] : () -> ()
^right:
  "cf.br"()[^join] : () -> ()
^join:
  // expected-error@+1 {{%l is used before it is defined}}
  return %l : tensor<2xf32>
}

// -----

// A loop: the header dominates its body, the body not the header.
func.func @loop(%x: tensor<2xf32>, %c: tensor<i1>) -> tensor<2xf32> {
  "cf.br"()[^header] : () -> ()
^header:
  %h = nn.neg(%x) : tensor<2xf32>
  // expected-error@+1 {{%b is used before it is defined}}
  %bad = nn.neg(%b) : tensor<2xf32>
  "cf.cond_br"(%c)[^body, ^end] : (tensor<i1>) -> ()
^body:
  %b = nn.neg(%h) : tensor<2xf32>
  "cf.br"()[^header] : () -> ()
^end:
  return %h : tensor<2xf32>
}

// -----

func.func @undefined_block(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+1 {{block ^nowhere is not defined in this region}}
  "cf.br"()[^nowhere] : () -> ()
^end:
  return %x : tensor<2xf32>
}

// -----

func.func @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
  "cf.br"()[^end] : () -> ()
^end:
  return %x : tensor<2xf32>
// expected-error@+1 {{block ^end is already defined}}
^end:
  return %x : tensor<2xf32>
}
