// RUN: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8 bytes=100}"
// RUN[NONE]: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>]}"
// RUN[TYPES]: not narrow opt %s --pipeline "allocate-bits{types=[] bits=8}"
// RUN[SELECTOR]: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8 only=[\"layers.*\"]}"
// RUN[TIES]: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8 ties=residual}"
// RUN[DATA]: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8 sensitivity=divergence}"
// RUN[FIT]: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i4, block = [1, 3], scale = f32>] bits=8}"
// RUN[TWICE]: not narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>] bits=8}"
lowp.param @q : tensor<8x8xf32> = dense_resource<q>
lowp.param @k : tensor<8x8xf32> = dense_resource<k>
lowp.param @o : tensor<8x8xf32> = dense_resource<o>
func.func @main(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %w_q = lowp.get(@q) : tensor<8x8xf32>
  %w_k = lowp.get(@k) : tensor<8x8xf32>
  %w_o = lowp.get(@o) : tensor<8x8xf32>
  %q = nn.linear(%x, %w_q) : tensor<?x8xf32>
  %k = nn.linear(%x, %w_k) : tensor<?x8xf32>
  %h = nn.mul(%q, %k) : tensor<?x8xf32>
  %y = nn.linear(%h, %w_o) : tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
{-#
  dialect_resources: {
    builtin: {
      q: "0x0400000000002541008039410000083F0080C3C000C00BC10000803E00C002C1000038C10000CC3F0000883F00008C400000EAC00000403D000004BF00C040C1008089400000244000E098410000D03F000094BF00C01D410000CC3F0080E84000003BC00000E03F000003410000B2400000843F00800AC10000644000001C3F0080B8400000DE3F00400B410000D0BE0000CE3F0080AA4000000BC100004EC0000080C000807D41000040BF0000A74000809E40000010C0008046C10000F740000050C00000B840000027C1000060C000C020410040374100C026C100802AC10000B8BE0080BA400000A43F00001B400000FDC00000964000000F4100005FC0008037C1",
      k: "0x0400000000001640000028BF0000C83E0000103E0000543F0000B4BF0000D8BE000040BF00008ABF000058BF000004BF000090BE000068BF0000D83E00000CBF00004DC00000983F0000C8BE000040BF0000883E0000703E0000403D00005CBF0000403E0000C4BF0000B83F0000A2BF000050BE0000803C0000603E000080BE0000F83E000069C0000070BE000098BE000010BF0000B43F00008EBF000060BE00000BC00000103E0000E2BF0000DABF00000F400000143F000010BE0000403D0000CABF000098BF0000983E000011C00000103E0000F2BF000080BC0000A2BF0000D23F0000643F000028BF000003C000006CBF000040BE000092BF0000203E0000603F",
      o: "0x040000000000403D0000203F0000F0BE0000003F000000BE000000BE0000743F0000A03D000080BC0000B83E0000103F000080BC0000983E0000F8BE000040BE000060BE00002CBF000040BF000050BF000000BE0000C0BD000020BE0000003D00002CBF000040BD0000003E0000C03E0000D8BE000050BE000080BF000080BE00008CBF000034BF00000C3F00008CBF0000D03E0000203E000020BE0000703E0000883E0000043F0000E0BD000098BE000098BE000000BF000080BC0000C8BE0000083F000070BF00000CBF0000F8BE000086BF0000743F00009ABF000010BE000088BE0000543F000080BF0000083F0000B8BE0000A0BD0000A8BE0000A03E000010BF"
    }
  }
#-}
