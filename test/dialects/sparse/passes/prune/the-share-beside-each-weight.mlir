// RUN: narrow opt %s --pipeline 'prune{pattern=unstructured sparsity=allocated}'

// A share of its own, none, and no attribute at all.
// CHECK: lowp.param @w : tensor<2x4xf32> = dense_resource<w.value> attributes {prov = {algo = "magnitude", pass = "prune", options = {pattern = "unstructured", sparsity = 0.75}}}
// CHECK-NEXT: lowp.param @v : tensor<1x2xf32> = dense<[[1.0, 2.0]]>{{$}}
// CHECK-NEXT: lowp.param @u : tensor<1x1xf32> = dense<3.0>{{$}}
lowp.param @w : tensor<2x4xf32> = dense<[[1.0, 1.0, 0.5, 1.0], [2.0, 0.0, 1.0, -1.5]]> : tensor<2x4xf32> attributes {sparsity = 0.75}
lowp.param @v : tensor<1x2xf32> = dense<[[1.0, 2.0]]> : tensor<1x2xf32> attributes {sparsity = 0.0}
lowp.param @u : tensor<1x1xf32> = dense<3.0> : tensor<1x1xf32>
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x1xf32> {
  %w = lowp.get(@w) : tensor<2x4xf32>
  %v = lowp.get(@v) : tensor<1x2xf32>
  %u = lowp.get(@u) : tensor<1x1xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  %z = nn.linear(%y, %v) : tensor<?x1xf32>
  %t = nn.linear(%z, %u) : tensor<?x1xf32>
  return %t : tensor<?x1xf32>
}
// CHECK: w.value: "0x{{[0-9]{8}}}000000000000000000000000000000000000004000000000000000000000C0BF"
