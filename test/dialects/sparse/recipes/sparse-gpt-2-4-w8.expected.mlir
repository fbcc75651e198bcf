module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x128xf32> = dense_resource<table>
  lowp.param @norm : tensor<128xf32> = dense_resource<norm>
  lowp.param @layers.0.self_attn.k_proj : tensor<128x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>> = {indices = dense_resource<layers.0.self_attn.k_proj.indices> : tensor<128x64xui2>, values.codes = dense_resource<layers.0.self_attn.k_proj.values.codes> : tensor<128x64xi8>, values.scale = dense_resource<layers.0.self_attn.k_proj.values.scale> : tensor<128x1xf32>} attributes {prov = {algo = "gptq", pass = "quantize-weights", options = {scales = mse, zeros = keep}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.v_proj : tensor<128x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>> = {indices = dense_resource<layers.0.self_attn.v_proj.indices> : tensor<128x64xui2>, values.codes = dense_resource<layers.0.self_attn.v_proj.values.codes> : tensor<128x64xi8>, values.scale = dense_resource<layers.0.self_attn.v_proj.values.scale> : tensor<128x1xf32>} attributes {prov = {algo = "gptq", pass = "quantize-weights", options = {scales = mse, zeros = keep}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.o_proj : tensor<16x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>> = {indices = dense_resource<layers.0.self_attn.o_proj.indices> : tensor<16x64xui2>, values.codes = dense_resource<layers.0.self_attn.o_proj.values.codes> : tensor<16x64xi8>, values.scale = dense_resource<layers.0.self_attn.o_proj.values.scale> : tensor<16x1xf32>} attributes {prov = {algo = "gptq", pass = "quantize-weights", options = {scales = mse, zeros = keep}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.mlp.up_proj : tensor<16x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>> = {indices = dense_resource<layers.0.mlp.up_proj.indices> : tensor<16x64xui2>, values.codes = dense_resource<layers.0.mlp.up_proj.values.codes> : tensor<16x64xi8>, values.scale = dense_resource<layers.0.mlp.up_proj.values.scale> : tensor<16x1xf32>} attributes {prov = {algo = "gptq", pass = "quantize-weights", options = {scales = mse, zeros = keep}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @head : tensor<8x16xf32> = dense_resource<head>

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x128xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %w_k_q = lowp.get(@layers.0.self_attn.k_proj) : tensor<128x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>>
    %k = lowp.linear(%n, %w_k_q) : tensor<?x128xf32>
    %w_v_q = lowp.get(@layers.0.self_attn.v_proj) : tensor<128x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>>
    %v = lowp.linear(%n, %w_v_q) : tensor<?x128xf32>
    %active = nn.silu(%k) : tensor<?x128xf32>
    %mixed = nn.mul(%active, %v) : tensor<?x128xf32>
    %w_o_q = lowp.get(@layers.0.self_attn.o_proj) : tensor<16x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>>
    %o = lowp.linear(%mixed, %w_o_q) : tensor<?x16xf32>
    %w_up_q = lowp.get(@layers.0.mlp.up_proj) : tensor<16x128x!lowp.sparse<nm 2:4, !lowp.q<i8, block = [1, *], scale = f32>>>
    %up = lowp.linear(%n, %w_up_q) : tensor<?x16xf32>
    %y = nn.add(%o, %up) : tensor<?x16xf32>
    %w = lowp.get(@head) : tensor<8x16xf32>
    %z = nn.linear(%y, %w) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
