// RUN: narrow opt %s --verify-diagnostics --split-input-file

// expected-error@+1 {{dense_resource<w> has 3 bytes, but its type needs 8}}
lowp.param @w : tensor<2xf32> = dense_resource<w>
{-#
  dialect_resources: {
    builtin: {
      w: "0x04000000000102"
    }
  }
#-}

// -----

// The codes are 4 bytes for 8 elements of 4 bits; the scales are one byte short.
// expected-error@+1 {{dense_resource<w.scale> has 3 bytes, but its type needs 4}}
lowp.param @w : tensor<2x4x!lowp.q<i4, block = [1, *], scale = f16>> = {codes = dense_resource<w.codes> : tensor<2x4xi4>, scale = dense_resource<w.scale> : tensor<2x1xf16>}
{-#
  dialect_resources: {
    builtin: {
      w.codes: "0x0400000000010203",
      w.scale: "0x04000000000102"
    }
  }
#-}

// -----

// expected-error@+1 {{dense_resource<w> has 12 bytes, but its type needs 8}}
lowp.param @w : tensor<2xf32> = dense_resource<w>
{-#
  external_resources: {
    narrow: {
      w: "weights.safetensors#w, 12 bytes, sha256 0000000000000000000000000000000000000000000000000000000000000000"
    }
  }
#-}
