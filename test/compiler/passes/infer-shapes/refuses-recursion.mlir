// RUN: narrow opt %s --pipeline infer-shapes --verify-diagnostics --split-input-file

// expected-error@unknown {{functions call each other in a circle: @self}}
func.func @self(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = func.call(@self, [%x]) : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// expected-error-re@unknown {{functions call each other in a circle: @{{odd, @even|even, @odd}}}}
func.func @even(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = func.call(@odd, [%x]) : tensor<?xf32>
  return %y : tensor<?xf32>
}
func.func @odd(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = func.call(@even, [%x]) : tensor<?xf32>
  return %y : tensor<?xf32>
}
