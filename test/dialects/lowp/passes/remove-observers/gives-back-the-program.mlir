// RUN: narrow opt %s --pipeline 'observe-values{values=["*"]},remove-observers'

// CHECK-LABEL: func.func @main
// CHECK-NEXT: %y = nn.silu(%x)
// CHECK-NEXT: return %y
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %y = nn.silu(%x) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
