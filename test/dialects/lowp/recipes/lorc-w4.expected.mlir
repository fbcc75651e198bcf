module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x128xf32> = dense_resource<table>
  lowp.param @norm : tensor<128xf32> = dense_resource<norm>
  lowp.param @layers.0.self_attn.k_proj : tensor<128x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>> = {"0.codes" = dense_resource<layers.0.self_attn.k_proj.0.codes> : tensor<128x128xi4>, "0.scale" = dense_resource<layers.0.self_attn.k_proj.0.scale> : tensor<128x2xf16>, "1.left" = dense_resource<layers.0.self_attn.k_proj.1.left> : tensor<128x8xf16>, "1.right" = dense_resource<layers.0.self_attn.k_proj.1.right> : tensor<8x128xf16>} attributes {prov = {algo = "low-rank-correction", pass = "quantize-weights"}}
  lowp.param @layers.0.self_attn.v_proj : tensor<128x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>> = {"0.codes" = dense_resource<layers.0.self_attn.v_proj.0.codes> : tensor<128x128xi4>, "0.scale" = dense_resource<layers.0.self_attn.v_proj.0.scale> : tensor<128x2xf16>, "1.left" = dense_resource<layers.0.self_attn.v_proj.1.left> : tensor<128x8xf16>, "1.right" = dense_resource<layers.0.self_attn.v_proj.1.right> : tensor<8x128xf16>} attributes {prov = {algo = "low-rank-correction", pass = "quantize-weights"}}
  lowp.param @layers.0.self_attn.o_proj : tensor<16x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>> = {"0.codes" = dense_resource<layers.0.self_attn.o_proj.0.codes> : tensor<16x128xi4>, "0.scale" = dense_resource<layers.0.self_attn.o_proj.0.scale> : tensor<16x2xf16>, "1.left" = dense_resource<layers.0.self_attn.o_proj.1.left> : tensor<16x8xf16>, "1.right" = dense_resource<layers.0.self_attn.o_proj.1.right> : tensor<8x128xf16>} attributes {prov = {algo = "low-rank-correction", pass = "quantize-weights"}}
  lowp.param @layers.0.mlp.up_proj : tensor<16x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>> = {"0.codes" = dense_resource<layers.0.mlp.up_proj.0.codes> : tensor<16x128xi4>, "0.scale" = dense_resource<layers.0.mlp.up_proj.0.scale> : tensor<16x2xf16>, "1.left" = dense_resource<layers.0.mlp.up_proj.1.left> : tensor<16x8xf16>, "1.right" = dense_resource<layers.0.mlp.up_proj.1.right> : tensor<8x128xf16>} attributes {prov = {algo = "low-rank-correction", pass = "quantize-weights"}}
  lowp.param @head : tensor<8x16xf32> = dense_resource<head>

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x128xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %w_k_q = lowp.get(@layers.0.self_attn.k_proj) : tensor<128x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>>
    %k = lowp.linear(%n, %w_k_q) : tensor<?x128xf32>
    %w_v_q = lowp.get(@layers.0.self_attn.v_proj) : tensor<128x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>>
    %v = lowp.linear(%n, %w_v_q) : tensor<?x128xf32>
    %active = nn.silu(%k) : tensor<?x128xf32>
    %mixed = nn.mul(%active, %v) : tensor<?x128xf32>
    %w_o_q = lowp.get(@layers.0.self_attn.o_proj) : tensor<16x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>>
    %o = lowp.linear(%mixed, %w_o_q) : tensor<?x16xf32>
    %w_up_q = lowp.get(@layers.0.mlp.up_proj) : tensor<16x128x!lowp.sum<!lowp.q<i4, block = [1, 64], scale = f16>, !lowp.lowrank<8, f16, f16>>>
    %up = lowp.linear(%n, %w_up_q) : tensor<?x16xf32>
    %y = nn.add(%o, %up) : tensor<?x16xf32>
    %w = lowp.get(@head) : tensor<8x16xf32>
    %z = nn.linear(%y, %w) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
