// RUN[UNKNOWN]: not narrow opt %s --pipeline cse --explain csee
// RUN[IDLE]: not narrow opt %s --pipeline cse,canonicalize --explain fold-constants
// RUN[NONE]: not narrow opt %s --explain cse

func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {
  return %x : tensor<2xf32>
}
