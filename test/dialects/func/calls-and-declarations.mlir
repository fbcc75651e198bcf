// RUN: narrow opt %s
// RUN[GENERIC]: narrow opt %s --emit generic

// GENERIC: "func.func"() <{sym_name = "outside"
// GENERIC-SAME: sym_visibility = "private"
// GENERIC-NEXT: }) : () -> ()
// GENERIC-EMPTY:
// GENERIC-NEXT: "func.func"() <{sym_name = "main"
// GENERIC: [[A:%.*]], [[B:%.*]] = "func.call"(%x) <{callee = @outside}> : (tensor<?xf32>) -> (tensor<?xf32>, tensor<i1>)
// GENERIC-NEXT: "func.return"([[A]])
func.func private @outside(tensor<?xf32>) -> (tensor<?xf32>, tensor<i1>)

func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> {
  %pair:2 = func.call(@outside, [%x]) : tensor<?xf32>, tensor<i1>
  return %pair#0 : tensor<?xf32>
}

func.func private @nothing()
