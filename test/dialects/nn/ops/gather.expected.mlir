func.func @rows(%table: tensor<100x8xbf16>, %tokens: tensor<?xi32>, %columns: tensor<2x3xi64>) -> (tensor<?x8xf32>, tensor<?x8xbf16>, tensor<100x2x3xbf16>) {
  %embedded = nn.embedding(%table, %tokens) : tensor<?x8xf32>
  %stored = nn.gather(%table, %tokens) : tensor<?x8xbf16>
  %picked = nn.gather(%table, %columns) {axis = 1} : tensor<100x2x3xbf16>
  return %embedded, %stored, %picked : tensor<?x8xf32>, tensor<?x8xbf16>, tensor<100x2x3xbf16>
}
