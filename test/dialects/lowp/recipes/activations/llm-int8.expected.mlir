module attributes {nn.tokenizer = "bytes", nn.context = 4} {
  lowp.param @table : tensor<8x32xf32> = dense_resource<table>
  lowp.param @gain : tensor<32xf32> = dense_resource<gain>
  lowp.param @layers.0.up.regular_channels : tensor<31xi32> = dense_resource<layers.0.up.regular_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.up.outlier_channels : tensor<1xi32> = dense_resource<layers.0.up.outlier_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.up.regular : tensor<32x31x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.up.regular.codes> : tensor<32x31xi8>, scale = dense_resource<layers.0.up.regular.scale> : tensor<32x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.up.outliers : tensor<32x1xf32> = dense_resource<layers.0.up.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.gate.regular : tensor<32x31x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.gate.regular.codes> : tensor<32x31xi8>, scale = dense_resource<layers.0.gate.regular.scale> : tensor<32x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.gate.outliers : tensor<32x1xf32> = dense_resource<layers.0.gate.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.down.regular_channels : tensor<13xi32> = dense_resource<layers.0.down.regular_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.down.outlier_channels : tensor<19xi32> = dense_resource<layers.0.down.outlier_channels> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}
  lowp.param @layers.0.down.regular : tensor<8x13x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>> = {codes = dense_resource<layers.0.down.regular.codes> : tensor<8x13xi8>, scale = dense_resource<layers.0.down.regular.scale> : tensor<8x1xf32>} attributes {prov = {algo = "rtn", pass = "quantize-weights"}}
  lowp.param @layers.0.down.outliers : tensor<8x19xf32> = dense_resource<layers.0.down.outliers> attributes {prov = {algo = "outlier-channels", pass = "split-outliers", options = {threshold = 6.0}, calibration = "b47b84bc154f1641c3af65c4bdfae2313940bbff2f1ddeb5fde74415c53452e6"}}

  func.func @main(%tokens: tensor<?xi32>) -> tensor<?x8xf32> {
    %t = lowp.get(@table) : tensor<8x32xf32>
    %e = nn.embedding(%t, %tokens) : tensor<?x32xf32>
    %g = lowp.get(@gain) : tensor<32xf32>
    %n = nn.rms_norm(%e, %g) : tensor<?x32xf32>
    %0 = lowp.get(@layers.0.up.regular_channels) : tensor<31xi32>
    %n_regular = nn.gather(%n, %0) {axis = -1} : tensor<?x31xf32>
    %1 = lowp.get(@layers.0.up.outlier_channels) : tensor<1xi32>
    %n_outliers = nn.gather(%n, %1) {axis = -1} : tensor<?x1xf32>
    %2 = lowp.get(@layers.0.up.regular) : tensor<32x31x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %n_regular_q = lowp.quantize(%n_regular) : tensor<?x31x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %3 = lowp.linear(%n_regular_q, %2) : tensor<?x32xf32>
    %4 = lowp.get(@layers.0.up.outliers) : tensor<32x1xf32>
    %5 = nn.linear(%n_outliers, %4) : tensor<?x32xf32>
    %up = nn.add(%3, %5) : tensor<?x32xf32>
    %6 = lowp.get(@layers.0.gate.regular) : tensor<32x31x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %7 = lowp.linear(%n_regular_q, %6) : tensor<?x32xf32>
    %8 = lowp.get(@layers.0.gate.outliers) : tensor<32x1xf32>
    %9 = nn.linear(%n_outliers, %8) : tensor<?x32xf32>
    %gate = nn.add(%7, %9) : tensor<?x32xf32>
    %h = nn.mul(%up, %gate) : tensor<?x32xf32>
    %10 = lowp.get(@layers.0.down.regular_channels) : tensor<13xi32>
    %h_regular = nn.gather(%h, %10) {axis = -1} : tensor<?x13xf32>
    %11 = lowp.get(@layers.0.down.outlier_channels) : tensor<19xi32>
    %h_outliers = nn.gather(%h, %11) {axis = -1} : tensor<?x19xf32>
    %12 = lowp.get(@layers.0.down.regular) : tensor<8x13x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %h_regular_q = lowp.quantize(%h_regular) : tensor<?x13x!lowp.q<i8<-127:127>, block = [1, *], scale = f32>>
    %13 = lowp.linear(%h_regular_q, %12) : tensor<?x8xf32>
    %14 = lowp.get(@layers.0.down.outliers) : tensor<8x19xf32>
    %15 = nn.linear(%h_outliers, %14) : tensor<?x8xf32>
    %z = nn.add(%13, %15) : tensor<?x8xf32>
    return %z : tensor<?x8xf32>
  }
}

