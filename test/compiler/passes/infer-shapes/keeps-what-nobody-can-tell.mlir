// RUN: narrow opt %s --pipeline infer-shapes

// CHECK: func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x2xf32>)
// CHECK: func.call(@outside, [%x]) : tensor<?x8xf32>
// CHECK: nn.slice(%x) {{.*}} : tensor<?x2xf32>
func.func private @outside(tensor<?x8xf32>) -> tensor<?x8xf32>
func.func @main(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x?xf32>) {
  %y = func.call(@outside, [%x]) : tensor<?x8xf32>
  %z = nn.slice(%x) {starts = [0, 0], sizes = [-1, 2]} : tensor<?x?xf32>
  return %y, %z : tensor<?x8xf32>, tensor<?x?xf32>
}
