module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x128xf32> = dense_resource<table>
  lowp.param @norm : tensor<128xf32> = dense_resource<norm>
  lowp.param @layers.0.self_attn.k_proj.regular_channels : tensor<127xi32> = dense_resource<layers.0.self_attn.k_proj.regular_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.k_proj.outlier_channels : tensor<1xi32> = dense_resource<layers.0.self_attn.k_proj.outlier_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.k_proj.regular : tensor<128x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.self_attn.k_proj.regular.codes> : tensor<128x127xi8>, scale = dense_resource<layers.0.self_attn.k_proj.regular.scale> : tensor<128x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.self_attn.k_proj.outliers : tensor<128x1xf32> = dense_resource<layers.0.self_attn.k_proj.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.v_proj.regular : tensor<128x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.self_attn.v_proj.regular.codes> : tensor<128x127xi8>, scale = dense_resource<layers.0.self_attn.v_proj.regular.scale> : tensor<128x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.self_attn.v_proj.outliers : tensor<128x1xf32> = dense_resource<layers.0.self_attn.v_proj.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.o_proj.regular_channels : tensor<127xi32> = dense_resource<layers.0.self_attn.o_proj.regular_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.o_proj.outlier_channels : tensor<1xi32> = dense_resource<layers.0.self_attn.o_proj.outlier_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.self_attn.o_proj.regular : tensor<16x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.self_attn.o_proj.regular.codes> : tensor<16x127xi8>, scale = dense_resource<layers.0.self_attn.o_proj.regular.scale> : tensor<16x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.self_attn.o_proj.outliers : tensor<16x1xf32> = dense_resource<layers.0.self_attn.o_proj.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.mlp.up_proj.regular : tensor<16x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.mlp.up_proj.regular.codes> : tensor<16x127xi8>, scale = dense_resource<layers.0.mlp.up_proj.regular.scale> : tensor<16x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.mlp.up_proj.outliers : tensor<16x1xf32> = dense_resource<layers.0.mlp.up_proj.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @head : tensor<8x16xf32> = dense_resource<head>

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x128xf32>
    %x = nn.embedding(%t, %tokens) : tensor<?x128xf32>
    %g = lowp.get(@norm) : tensor<128xf32>
    %n = nn.rms_norm(%x, %g) : tensor<?x128xf32>
    %0 = lowp.get(@layers.0.self_attn.k_proj.regular_channels) : tensor<127xi32>
    %n_regular = nn.gather(%n, %0) {axis = -1} : tensor<?x127xf32>
    %1 = lowp.get(@layers.0.self_attn.k_proj.outlier_channels) : tensor<1xi32>
    %n_outliers = nn.gather(%n, %1) {axis = -1} : tensor<?x1xf32>
    %2 = lowp.get(@layers.0.self_attn.k_proj.regular) : tensor<128x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %n_regular_q = lowp.quantize(%n_regular) : tensor<?x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %3 = lowp.linear(%n_regular_q, %2) : tensor<?x128xf32>
    %4 = lowp.get(@layers.0.self_attn.k_proj.outliers) : tensor<128x1xf32>
    %5 = nn.linear(%n_outliers, %4) : tensor<?x128xf32>
    %k = nn.add(%3, %5) : tensor<?x128xf32>
    %6 = lowp.get(@layers.0.self_attn.v_proj.regular) : tensor<128x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %7 = lowp.linear(%n_regular_q, %6) : tensor<?x128xf32>
    %8 = lowp.get(@layers.0.self_attn.v_proj.outliers) : tensor<128x1xf32>
    %9 = nn.linear(%n_outliers, %8) : tensor<?x128xf32>
    %v = nn.add(%7, %9) : tensor<?x128xf32>
    %active = nn.silu(%k) : tensor<?x128xf32>
    %mixed = nn.mul(%active, %v) : tensor<?x128xf32>
    %10 = lowp.get(@layers.0.self_attn.o_proj.regular_channels) : tensor<127xi32>
    %mixed_regular = nn.gather(%mixed, %10) {axis = -1} : tensor<?x127xf32>
    %11 = lowp.get(@layers.0.self_attn.o_proj.outlier_channels) : tensor<1xi32>
    %mixed_outliers = nn.gather(%mixed, %11) {axis = -1} : tensor<?x1xf32>
    %12 = lowp.get(@layers.0.self_attn.o_proj.regular) : tensor<16x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %mixed_regular_q = lowp.quantize(%mixed_regular) : tensor<?x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %13 = lowp.linear(%mixed_regular_q, %12) : tensor<?x16xf32>
    %14 = lowp.get(@layers.0.self_attn.o_proj.outliers) : tensor<16x1xf32>
    %15 = nn.linear(%mixed_outliers, %14) : tensor<?x16xf32>
    %o = nn.add(%13, %15) : tensor<?x16xf32>
    %16 = lowp.get(@layers.0.mlp.up_proj.regular) : tensor<16x127x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %17 = lowp.linear(%n_regular_q, %16) : tensor<?x16xf32>
    %18 = lowp.get(@layers.0.mlp.up_proj.outliers) : tensor<16x1xf32>
    %19 = nn.linear(%n_outliers, %18) : tensor<?x16xf32>
    %up = nn.add(%17, %19) : tensor<?x16xf32>
    %y = nn.add(%o, %up) : tensor<?x16xf32>
    %w = lowp.get(@head) : tensor<8x16xf32>
    %z = nn.linear(%y, %w) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}
