// RUN: narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8}"
// RUN[TIED]: narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8 ties=inputs}"
// RUN[THEN]: narrow opt %s --pipeline "allocate-bits{types=[!lowp.q<i2, block = [1, *], scale = f32>, !lowp.q<i4, block = [1, *], scale = f32>, !lowp.q<i8, block = [1, *], scale = f32>] bits=8},quantize-weights{type=allocated solver=mse-clip}"

// 8 weights to a scale of 32 bits: 6, 8 and 12 bits per weight. The largest weights lose most.
// CHECK: lowp.param @q : tensor<8x8xf32> = dense_resource<q> attributes {allocated = !lowp.q<i8, block = [1, *], scale = f32>}
// CHECK-NEXT: lowp.param @k : tensor<8x8xf32> = dense_resource<k> attributes {allocated = !lowp.q<i2, block = [1, *], scale = f32>}
// CHECK-NEXT: lowp.param @o : tensor<8x8xf32> = dense_resource<o> attributes {allocated = !lowp.q<i2, block = [1, *], scale = f32>}
// TIED: lowp.param @q {{.*}} attributes {allocated = !lowp.q<i4,
// TIED-NEXT: lowp.param @k {{.*}} attributes {allocated = !lowp.q<i4,
// TIED-NEXT: lowp.param @o {{.*}} attributes {allocated = !lowp.q<i4,
// THEN: lowp.param @q : tensor<8x8x!lowp.q<i8, block = [1, *], scale = f32>> = {{.*}} attributes {prov = {algo = "mse-clip", pass = "quantize-weights"}}
// THEN-NEXT: lowp.param @k : tensor<8x8x!lowp.q<i2, block = [1, *], scale = f32>> = {{.*}} attributes {prov = {algo = "mse-clip", pass = "quantize-weights"}}
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
      q: "0x0400000000204E4200F0674200002A4000A0F4C100C02EC20000A03F009023C200E065C20000FF400080AA4000E0AE41004012C20000503E000026C000F070C20020AC4100404D410020BF42000002410000B9C0004045420080FE400070114200006AC100C00B4100E0234200C0DE410080A44000302DC200808E41000045400080E64100800A4100202E42000004C0004001410060D54100E02DC2008080C10000A0C100709E4200006EC000C0D0410040C64100C033C1002078C200601A42004082C100C0E54100D050C200208CC10010494200F06442006050C2004055C20000E2BF0000E9410080CD400040424100301EC200C0BB4100B0324200608BC1006065C2",
      k: "0x0400000000001640000028BF0000C83E0000103E0000543F0000B4BF0000D8BE000040BF00008ABF000058BF000004BF000090BE000068BF0000D83E00000CBF00004DC00000983F0000C8BE000040BF0000883E0000703E0000403D00005CBF0000403E0000C4BF0000B83F0000A2BF000050BE0000803C0000603E000080BE0000F83E000069C0000070BE000098BE000010BF0000B43F00008EBF000060BE00000BC00000103E0000E2BF0000DABF00000F400000143F000010BE0000403D0000CABF000098BF0000983E000011C00000103E0000F2BF000080BC0000A2BF0000D23F0000643F000028BF000003C000006CBF000040BE000092BF0000203E0000603F",
      o: "0x040000000000403D0000203F0000F0BE0000003F000000BE000000BE0000743F0000A03D000080BC0000B83E0000103F000080BC0000983E0000F8BE000040BE000060BE00002CBF000040BF000050BF000000BE0000C0BD000020BE0000003D00002CBF000040BD0000003E0000C03E0000D8BE000050BE000080BF000080BE00008CBF000034BF00000C3F00008CBF0000D03E0000203E000020BE0000703E0000883E0000043F0000E0BD000098BE000098BE000000BF000080BC0000C8BE0000083F000070BF00000CBF0000F8BE000086BF0000743F00009ABF000010BE000088BE0000543F000080BF0000083F0000B8BE0000A0BD0000A8BE0000A03E000010BF"
    }
  }
#-}
