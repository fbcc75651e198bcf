func.func @casts(%x: tensor<?xf32>) -> tensor<?xi8> {
  %half = nn.cast(%x) {element = f16} : tensor<?xf16>
  %small = nn.cast(%half) {element = f8E4M3FN} : tensor<?xf8E4M3FN>
  %whole = nn.cast(%small) {element = i8} : tensor<?xi8>
  return %whole : tensor<?xi8>
}
