// RUN: narrow opt %s --verify-diagnostics

lowp.param @w : tensor<2xf32>
{-#
  dialect_resources: {
    builtin: {
      a: "0x0400000000000000",
      // expected-error@+1 {{the bytes of a are given twice}}
      a: "0x0400000000000000",
      // expected-error@+1 {{b is not a blob}}
      b: "0400000000000000"
    }
  },
  external_resources: {
    narrow: {
      // expected-error@+1 {{c does not say where its bytes are}}
      c: "weights.safetensors"
    },
    other: {
      d: true
    }
  },
  // expected-error@+1 {{unknown section other_resources}}
  other_resources: {
    builtin: {
      e: "0x04000000"
    }
  }
#-}
