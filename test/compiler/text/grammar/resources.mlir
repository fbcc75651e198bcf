// All sections and groups of the trailing metadata.
"test.constant"() {value = dense_resource<inline> : tensor<4xi8>} : () -> ()
"test.constant"() {value = dense_resource<"odd key"> : tensor<4xi8>} : () -> ()
"test.constant"() {value = dense_resource<remote> : tensor<4xi8>} : () -> ()
"test.constant"() {value = dense_resource<elided> : tensor<4xi8>} : () -> ()
{-#
  dialect_resources: {
    builtin: {
      inline: "0x0100000001020304",
      "odd key": "0x01000000FFFFFFFF"
    }
  },
  external_resources: {
    narrow: {
      remote: "weights.safetensors#layer.0, with comma, 4 bytes, sha256 0000000000000000000000000000000000000000000000000000000000000000",
      elided: "4 bytes, sha256 00000000000000000000000000000000000000000000000000000000000000ff"
    },
    mlir_reproducer: {
      pipeline: "builtin.module(canonicalize)",
      disable_threading: true,
      verify_each: false
    },
    "odd group": {
      "odd key": "value"
    }
  }
#-}
