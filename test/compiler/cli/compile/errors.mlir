// RUN[NOTHING]: not narrow compile %s
// RUN[FALLBACK]: not narrow compile %s --print steps --extent x=4 --fallback
// RUN[NAME]: not narrow compile %s -o out/model.ts
// RUN[SYNTAX]: not narrow compile %s -o never.js --extent tokens --extent x=0
// RUN[IDLE]: not narrow compile %s -o never.js --extent x=4 --extent fixed=2 --extent tokens=4
// RUN[UNBOUNDED]: not narrow compile %s -o never.js
func.func @main(%x: tensor<?x4xf32>, %fixed: tensor<4xf32>) -> tensor<?x4xf32> {
  %y = nn.neg(%x) : tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}
