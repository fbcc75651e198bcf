// RUN: lpc %s --pass-pipeline="module(func(lp-dequant-place,lp-verify))" | lpcheck %s
// CHECK-LABEL: func.func @fc1
// CHECK: lp.linear
!w4 = !lp.uniform<i4<-8:7>:f16:{0:1, 1:128}>
!a8 = !lp.uniform<i8<-127:127>:f32:{0:1}>
"builtin.module"() ({
  "lp.param"() <{sym_name = "fc1.w", type = tensor<512x1024x!w4>, codes = dense_resource<fc1.codes> : tensor<512x1024xi4>, scales = dense_resource<fc1.scales> : tensor<512x8xf16>, pack = "nibble_lo_first"}> {lp.prov = {algo = "rtn", observer = "absmax", calib = "none"}} : () -> ()
  "func.func"() <{sym_name = "fc1", function_type = (tensor<?x1024xf32>) -> tensor<?x512xf32>}> ({
  ^bb0(%x: tensor<?x1024xf32>):
    %w = "lp.get"() <{param = @fc1.w}> : () -> tensor<512x1024x!w4> loc("fc1.weight")
    %xq, %xs = "lp.qcast_dyn"(%x) <{round = "half_even"}> : (tensor<?x1024xf32>) -> (tensor<?x1024x!a8>, tensor<?x1xf32>)
    %y = "lp.linear"(%xq, %xs, %w) <{acc = i32}> : (tensor<?x1024x!a8>, tensor<?x1xf32>, tensor<512x1024x!w4>) -> tensor<?x512xf32>
    "func.return"(%y) : (tensor<?x512xf32>) -> ()
  }) : () -> ()
}) {lp.ir_version = "0.1"} : () -> ()
{-#
  dialect_resources: {
    builtin: {
      fc1.codes: "0x0100000010325476",
      fc1.scales: "0x02000000003C003C"
    }
  }
#-}
