#S24 = #sparse_tensor.encoding<{ map = (i, j) -> (i : dense, j floordiv 4 : dense, j mod 4 : structured[2, 4]), crdWidth = 8 }>
!w8 = !quant.uniform<i8<-127:127>:f32:0, {2.000000e-02,1.000000e-02,5.000000e-02,4.000000e-02}>
!a8 = !quant.uniform<i8<-127:127>:f32, 5.000000e-02>
"builtin.module"() ({
  "func.func"() <{sym_name = "fc24", function_type = (tensor<2x8x!a8>) -> tensor<2x4xf32>}> ({
  ^bb0(%x: tensor<2x8x!a8>):
    %w = "lp.const"() <{codes = dense<[[1,0,0,2,0,3,4,0],[0,5,6,0,7,0,0,8],[0,0,0,0,1,2,0,0],[9,9,0,0,0,0,9,9]]> : tensor<4x8xi8>}> : () -> tensor<4x8x!w8, #S24>
    %vals, %idx = "lp.sparse_pack"(%w) : (tensor<4x8x!w8, #S24>) -> (tensor<4x4x!w8>, tensor<4x4xi2>)
    %y = "lp.sparse_linear"(%x, %vals, %idx) <{acc = i32, n = 2 : i64, m = 4 : i64}> : (tensor<2x8x!a8>, tensor<4x4x!w8>, tensor<4x4xi2>) -> tensor<2x4xf32>
    "func.return"(%y) : (tensor<2x4xf32>) -> ()
  }) : () -> ()
}) {lp.ir_version = "0.1"} : () -> ()
