// RUN: narrow opt %s --pipeline eliminate-dead-code --allow-unregistered-dialect

// An unknown op may do anything, and so may what its region uses.
// CHECK: %seen = nn.exp(%x)
// CHECK: test.print
// CHECK: test.region
// CHECK: %inner = nn.neg(%x)
// CHECK-NOT: nn.relu
func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
  %seen = nn.exp(%x) : tensor<2xf32>
  "test.print"(%seen) : (tensor<2xf32>) -> ()
  "test.region"() ({
    %inner = nn.neg(%x) : tensor<2xf32>
    %unused = nn.relu(%x) : tensor<2xf32>
    "test.use"(%inner) : (tensor<2xf32>) -> ()
  }) : () -> ()
  return %x : tensor<2xf32>
}
