// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @integers(%x: tensor<2xi32>) {
  // expected-error@+1 {{input of lowp.observe must be tensor of floats, not tensor<2xi32>}}
  lowp.observe(%x) {site = "x"}
  return
}

// -----

func.func @nameless(%x: tensor<2xf32>) {
  // expected-error@+1 {{the site of lowp.observe has no name, expected one to keep statistics under}}
  lowp.observe(%x) {site = ""}
  return
}
