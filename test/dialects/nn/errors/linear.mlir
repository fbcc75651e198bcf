// RUN: narrow opt %s --verify-diagnostics --split-input-file

func.func @width(%x: tensor<?x64xf32>, %w: tensor<128x63xf32>) -> tensor<?x128xf32> {
  // expected-error@+1 {{nn.linear cannot multiply inputs of width 64 by a weight of 128x63}}
  %y = nn.linear(%x, %w) : tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}

// -----

func.func @bias(%x: tensor<?x64xf32>, %w: tensor<128x64xf32>, %b: tensor<64xf32>) -> tensor<?x128xf32> {
  // expected-error@+1 {{bias of nn.linear must have shape 128, not 64}}
  %y = nn.linear(%x, %w, %b) : tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}

// -----

func.func @rank(%x: tensor<?x64xf32>, %w: tensor<64xf32>) -> tensor<?x64xf32> {
  // expected-error@+1 {{weight of nn.linear must have rank 2, not 1}}
  %y = nn.linear(%x, %w) : tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

func.func @half(%x: tensor<?x64xf16>, %w: tensor<128x64xf16>) -> tensor<?x128xf16> {
  // expected-error@+1 {{input of nn.linear must be tensor of f32 or f64, not tensor<?x64xf16>}}
  %y = nn.linear(%x, %w) : tensor<?x128xf16>
  return %y : tensor<?x128xf16>
}

// -----

func.func @result(%x: tensor<?x64xf32>, %w: tensor<128x64xf32>) -> tensor<?x64xf32> {
  // expected-error@+1 {{output of nn.linear is tensor<?x128xf32>, not tensor<?x64xf32>}}
  %y = nn.linear(%x, %w) : tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

func.func @depth(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{nn.matmul cannot multiply 2x3 by 2x3}}
  %y = nn.matmul(%a, %b) : tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
