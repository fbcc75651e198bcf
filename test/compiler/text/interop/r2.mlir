!w4 = !lp.uniform<i4<-8:7>:f16:{0:1, 1:32}>
!kv4 = !lp.uniform<u4<0:15>:f32:{0:1, 1:1}, zp>
!h = tensor<?x64xf32, #rot.basis<@R1 on 1>>
!hd = tensor<?x4x16xf32>
!khd = tensor<?x4x16xf32, #rot.basis<@R3 on 2>>
!vhd = tensor<?x4x16xf32, #rot.basis<@R2 on 2>>
"builtin.module"() ({
  "rot.def"() <{sym_name = "R1", kind = "hadamard", n = 64 : i64, sign = dense_resource<r1.sign> : tensor<64xi8>}> : () -> ()
  "rot.def"() <{sym_name = "R2", kind = "hadamard", n = 16 : i64}> : () -> ()
  "rot.def"() <{sym_name = "R3", kind = "hadamard", n = 16 : i64}> : () -> ()
  "func.func"() <{sym_name = "attn", function_type = (!h, tensor<?xi32>) -> !h}> ({
  ^bb0(%h: !h, %pos: tensor<?xi32>):
    %wq = "lp.get"() <{param = @l0.wq}> : () -> tensor<64x64x!w4, #rot.basis<@R1 on 1>>
    %wk = "lp.get"() <{param = @l0.wk}> : () -> tensor<64x64x!w4, #rot.basis<@R1 on 1>>
    %wv = "lp.get"() <{param = @l0.wv}> : () -> tensor<64x64x!w4, #rot.basis<@R2 on 0, @R1 on 1>>
    %wo = "lp.get"() <{param = @l0.wo}> : () -> tensor<64x64x!w4, #rot.basis<@R1 on 0, @R2 on 1>>
    %n = "nn.rmsnorm"(%h) <{eps = 1.0e-5 : f32}> : (!h) -> !h
    %q = "lp.linear"(%n, %wq) : (!h, tensor<64x64x!w4, #rot.basis<@R1 on 1>>) -> !hd
    %k = "lp.linear"(%n, %wk) : (!h, tensor<64x64x!w4, #rot.basis<@R1 on 1>>) -> !hd
    %v = "lp.linear"(%n, %wv) : (!h, tensor<64x64x!w4, #rot.basis<@R2 on 0, @R1 on 1>>) -> !vhd
    %qr = "nn.rope"(%q, %pos) : (!hd, tensor<?xi32>) -> !hd
    %kr = "nn.rope"(%k, %pos) : (!hd, tensor<?xi32>) -> !hd
    %q3 = "rot.apply"(%qr) <{axis = 2 : i64, by = @R3}> : (!hd) -> !khd
    %k3 = "rot.apply"(%kr) <{axis = 2 : i64, by = @R3}> : (!hd) -> !khd
    %kq, %ks, %kz = "lp.qcast_dyn"(%k3) <{round = "half_even"}> : (!khd) -> (tensor<?x4x16x!kv4, #rot.basis<@R3 on 2>>, tensor<?x4x1xf32>, tensor<?x4x1xi8>)
    %vq, %vs, %vz = "lp.qcast_dyn"(%v) <{round = "half_even"}> : (!vhd) -> (tensor<?x4x16x!kv4, #rot.basis<@R2 on 2>>, tensor<?x4x1xf32>, tensor<?x4x1xi8>)
    %o = "nn.attention"(%q3, %kq, %ks, %kz, %vq, %vs, %vz) <{causal}> : (!khd, tensor<?x4x16x!kv4, #rot.basis<@R3 on 2>>, tensor<?x4x1xf32>, tensor<?x4x1xi8>, tensor<?x4x16x!kv4, #rot.basis<@R2 on 2>>, tensor<?x4x1xf32>, tensor<?x4x1xi8>) -> !vhd
    %y = "lp.linear"(%o, %wo) : (!vhd, tensor<64x64x!w4, #rot.basis<@R1 on 0, @R2 on 1>>) -> !h
    %r = "nn.add"(%h, %y) : (!h, !h) -> !h
    "func.return"(%r) : (!h) -> ()
  }) : () -> ()
}) {lp.ir_version = "0.1"} : () -> ()
{-# dialect_resources: { builtin: { r1.sign: "0x0100000001FF01FF" } } #-}
