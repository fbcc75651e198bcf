// RUN: narrow opt %s --pipeline "quantize-weights{type=!lowp.q<i4, block = [1, 32], scale = f16>},hoist-dequant"

// The example of the design document; its result must keep the names of weight and function.
// CHECK-LABEL: func.func @fc1
// CHECK-SAME: (%x: tensor<?x32xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: [[W:%.*]] = lowp.get(@fc1.weight) : tensor<2x32x!lowp.q<i4, block = [1, 32], scale = f16>>
// CHECK-NEXT: [[Y:%.*]] = lowp.linear(%x, [[W]]) : tensor<?x2xf32>
// CHECK-NEXT: return [[Y]] : tensor<?x2xf32>
// CHECK-NOT: lowp.dequantize
func.func @fc1(%x: tensor<?x32xf32>) -> tensor<?x2xf32> {
  %w = lowp.get(@fc1.weight) : tensor<2x32xf32>
  %y = nn.linear(%x, %w) : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
lowp.param @fc1.weight : tensor<2x32xf32> = dense_resource<fc1.weight>
{-#
  dialect_resources: {
    builtin: {
      fc1.weight: "0x04000000000080C1000070C1000060C1000050C1000040C1000030C1000020C1000010C1000000C10000E0C00000C0C00000A0C0000080C0000040C0000000C0000080BF000000000000803F0000004000004040000080400000A0400000C0400000E0400000004100001041000020410000304100004041000050410000604100007041000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F000000000000803E0000003F0000403F0000803F0000A03F0000C03F0000E03F"
    }
  }
#-}
