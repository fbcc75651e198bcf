lowp.param @table.order : tensor<4xi32> = dense_resource<table.order.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @table : tensor<3x4xbf16> = dense_resource<table.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}
lowp.param @gain : tensor<4xf32> = dense_resource<gain.value> attributes {prov = {algo = "outlier-grouping", pass = "reorder-channels", options = {block = 1, loudness = "weights"}}}

func.func @main(%tokens: tensor<?xi32>) -> tensor<?x3xf32> {
  %table = lowp.get(@table) : tensor<3x4xbf16>
  %h = nn.embedding(%table, %tokens) : tensor<?x4xf32>
  %g = lowp.get(@gain) : tensor<4xf32>
  %n = nn.rms_norm(%h, %g) : tensor<?x4xf32>
  %w = lowp.get(@table) : tensor<3x4xbf16>
  %y = nn.linear(%n, %w) : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      table.value: "0x04000000804040400040803F0041E040C040A0404041304120411041",
      gain.value: "0x040000000000804000004040000000400000803F",
      table.order.value: "0x0400000003000000020000000100000000000000"
    }
  }
#-}
