// RUN: not narrow opt %s --pipeline 'observe-values{values=["main.q"]}'
// CHECK: error[selector]: "main.q" matches none of the 2 values
// CHECK-NEXT: hint: did you mean main.
// RUN[EMPTY]: not narrow opt %s --pipeline 'observe-values{values=[]}'
// EMPTY: error[selector]: values is empty, expected a pattern for the values to observe
// RUN[AGAIN]: not narrow opt %s --pipeline 'observe-values{values=["main.x"]},observe-values{values=["main.*"]}'
// AGAIN: error[observe-site]: main.x is observed already
// AGAIN-NEXT: hint: run remove-observers before
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = nn.silu(%x) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
