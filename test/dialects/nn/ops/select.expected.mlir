func.func @larger(%x: tensor<?x4xf32>, %y: tensor<4xf32>) -> tensor<?x4xf32> {
  %is_larger = nn.compare(%x, %y) {predicate = gt} : tensor<?x4xi1>
  %chosen = nn.where(%is_larger, %x, %y) : tensor<?x4xf32>
  return %chosen : tensor<?x4xf32>
}
