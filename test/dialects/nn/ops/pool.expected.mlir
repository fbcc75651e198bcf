func.func @pools(%x: tensor<?x4x9x9xf32>) -> tensor<?x4x1x1xf32> {
  %largest = nn.max_pool2d(%x) {kernel = [2, 2], strides = [2, 2], ceil_mode = true} : tensor<?x4x5x5xf32>
  %mean = nn.average_pool2d(%largest) {kernel = [3, 3], pads = [1, 1, 1, 1], count_include_pad = true} : tensor<?x4x5x5xf32>
  %all = nn.global_average_pool(%mean) : tensor<?x4x1x1xf32>
  return %all : tensor<?x4x1x1xf32>
}
