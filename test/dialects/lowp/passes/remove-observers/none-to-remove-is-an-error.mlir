// RUN: narrow opt %s --verify-diagnostics --pipeline remove-observers

// expected-error@unknown {{the module has no lowp.observe to remove}}
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}
