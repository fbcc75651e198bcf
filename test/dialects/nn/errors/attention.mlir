// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @heads(%q: tensor<?x3x16xf32>, %k: tensor<?x2x16xf32>, %v: tensor<?x2x16xf32>) -> tensor<?x3x16xf32> {
  // expected-error@+1 {{nn.attention cannot share 2 key-value heads among 3 query heads}}
  %y = nn.attention(%q, %k, %v) : tensor<?x3x16xf32>
  return %y : tensor<?x3x16xf32>
}

// -----

func.func @width(%q: tensor<?x2x16xf32>, %k: tensor<?x2x8xf32>, %v: tensor<?x2x16xf32>) -> tensor<?x2x16xf32> {
  // expected-error@+1 {{heads of nn.attention are 16 wide in query but 8 in keys}}
  %y = nn.attention(%q, %k, %v) : tensor<?x2x16xf32>
  return %y : tensor<?x2x16xf32>
}

// -----

func.func @odd(%q: tensor<?x2x15xf32>, %positions: tensor<?xi32>) -> tensor<?x2x15xf32> {
  // expected-error@+1 {{nn.rope turns pairs, but heads are 15 wide}}
  %y = nn.rope(%q, %positions) : tensor<?x2x15xf32>
  return %y : tensor<?x2x15xf32>
}
