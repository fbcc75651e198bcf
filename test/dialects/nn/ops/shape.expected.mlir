func.func @shapes(%x: tensor<?x128xf32>) -> tensor<4x?x32xf32> {
  %heads = nn.reshape(%x) {shape = [-1, 4, 32]} : tensor<?x4x32xf32>
  %turned = nn.transpose(%heads) {permutation = [1, 0, 2]} : tensor<4x?x32xf32>
  return %turned : tensor<4x?x32xf32>
}

func.func @cache(%old: tensor<0x2x32xbf16>, %new: tensor<?x2x32xbf16>) -> tensor<?x2x32xbf16> {
  %none = nn.refine(%old) : tensor<?x2x32xbf16>
  %both = nn.concat([%none, %new]) {axis = 0} : tensor<?x2x32xbf16>
  return %both : tensor<?x2x32xbf16>
}

func.func @slices(%x: tensor<?x8xf32>) -> (tensor<1x8xf32>, tensor<?x4xf32>) {
  %last = nn.slice(%x) {starts = [-1, 0], sizes = [1, -1]} : tensor<1x8xf32>
  %reversed = nn.slice(%x) {starts = [0, -1], sizes = [-1, -1], strides = [1, -2]} : tensor<?x4xf32>
  return %last, %reversed : tensor<1x8xf32>, tensor<?x4xf32>
}

func.func @pad(%x: tensor<?x8xf32>, %row: tensor<8xf32>) -> (tensor<?x12xf32>, tensor<4x8xf32>) {
  %framed = nn.pad(%x) {low = [1, 0], high = [0, 4], value = -1.0} : tensor<?x12xf32>
  %rows = nn.broadcast_to(%row) {shape = [4, -1]} : tensor<4x8xf32>
  return %framed, %rows : tensor<?x12xf32>, tensor<4x8xf32>
}
