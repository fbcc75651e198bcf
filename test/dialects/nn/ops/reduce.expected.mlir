func.func @reductions(%x: tensor<2x?x4xf32>) -> (tensor<f32>, tensor<2x?xf32>, tensor<2x1x4xf32>, tensor<?xf32>, tensor<2x?xf32>, tensor<2x?xi32>, tensor<1x?x4xi32>) {
  %sum = nn.sum(%x) : tensor<f32>
  %mean = nn.mean(%x) {axes = [2]} : tensor<2x?xf32>
  %largest = nn.reduce_max(%x) {axes = [1], keep_dims = true} : tensor<2x1x4xf32>
  %smallest = nn.reduce_min(%x) {axes = [0, -1]} : tensor<?xf32>
  %product = nn.prod(%x) {axes = [-1]} : tensor<2x?xf32>
  %last = nn.argmax(%x) : tensor<2x?xi32>
  %first = nn.argmax(%x) {axis = 0, keep_dims = true} : tensor<1x?x4xi32>
  return %sum, %mean, %largest, %smallest, %product, %last, %first : tensor<f32>, tensor<2x?xf32>, tensor<2x1x4xf32>, tensor<?xf32>, tensor<2x?xf32>, tensor<2x?xi32>, tensor<1x?x4xi32>
}
