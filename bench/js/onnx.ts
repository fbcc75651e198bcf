/** The part of ONNX's own schema that programs of a few ops need. (onnx/onnx.proto, IR version 8) */
const schema = `
syntax = "proto3";
package onnx;
message ModelProto { int64 ir_version = 1; GraphProto graph = 7; repeated OperatorSetIdProto opset_import = 8; }
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message GraphProto {
  repeated NodeProto node = 1;
  string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  string op_type = 4;
  repeated AttributeProto attribute = 5;
  string domain = 7;
}
message AttributeProto { string name = 1; int64 i = 3; int32 type = 20; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message ValueInfoProto { string name = 1; TypeProto type = 2; }
message TypeProto {
  message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
  Tensor tensor_type = 1;
}
message TensorShapeProto {
  message Dimension { int64 dim_value = 1; }
  repeated Dimension dim = 1;
}
`;

/** What is used of protobufjs. */
export interface Protobuf {
  parse(
    text: string,
    options: { readonly keepCase: boolean },
  ): { readonly root: { lookupType(name: string): MessageType } };
}
interface MessageType {
  encode(message: object): { finish(): Uint8Array };
}

/** Element types by their numbers in ONNX. */
const elements = { f32: 1, u8: 2, i8: 3 } as const;
const INTEGER_ATTRIBUTE = 2;

export interface Initializer {
  readonly name: string;
  readonly element: keyof typeof elements;
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array | Int8Array;
}
export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Of ops that are not ONNX's own. */
  readonly domain?: string;
  readonly integers?: Readonly<Record<string, number>>;
}
/** A program from an f32 tensor `x` to an f32 tensor `y`. */
export interface Graph {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly initializers: readonly Initializer[];
  readonly nodes: readonly Node[];
}

/** The bytes of a file in ONNX, opset 17, with the ops of ONNX Runtime. */
export function encodeOnnx(protobuf: Protobuf, { input, output, initializers, nodes }: Graph): Uint8Array {
  const type = protobuf.parse(schema, { keepCase: true }).root.lookupType("onnx.ModelProto");
  const message = {
    ir_version: 8,
    opset_import: [
      { domain: "", version: 17 },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: "main",
      input: [port("x", input)],
      output: [port("y", output)],
      initializer: initializers.map(({ name, element, shape, data }) => ({
        name,
        dims: shape,
        data_type: elements[element],
        raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      node: nodes.map(({ op, inputs, outputs, domain, integers = {} }) => ({
        op_type: op,
        input: inputs,
        output: outputs,
        domain: domain ?? "",
        attribute: Object.entries(integers).map(([name, i]) => ({ name, i, type: INTEGER_ATTRIBUTE })),
      })),
    },
  };
  return type.encode(message).finish();
}

const port = (name: string, shape: readonly number[]) => ({
  name,
  type: {
    tensor_type: { elem_type: elements.f32, shape: { dim: shape.map((dim_value) => ({ dim_value })) } },
  },
});
