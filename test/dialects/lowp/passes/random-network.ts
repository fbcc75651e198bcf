import fc from "fast-check";
import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";

/** What a random network of one or two blocks is made of. */
export interface NetworkPlan {
  /** Extent of the residual stream. */
  readonly width: number;
  readonly inner: number;
  readonly groups: number;
  readonly headsPerGroup: number;
  readonly headWidth: number;
  readonly blocks: number;
  readonly norm: "rms" | "layer" | "none";
  readonly gated: boolean;
  readonly biased: boolean;
  readonly tied: boolean;
  readonly attends: boolean;
  readonly rope: "none" | "halves" | "interleaved";
  readonly seed: number;
}

export const networkPlan: fc.Arbitrary<NetworkPlan> = fc.record({
  width: fc.constantFrom(4, 8),
  inner: fc.constantFrom(4, 8, 12),
  groups: fc.constantFrom(1, 2),
  headsPerGroup: fc.constantFrom(1, 2),
  headWidth: fc.constantFrom(2, 4),
  blocks: fc.constantFrom(1, 2),
  norm: fc.constantFrom("rms", "layer", "none"),
  gated: fc.boolean(),
  biased: fc.boolean(),
  tied: fc.boolean(),
  attends: fc.boolean(),
  rope: fc.constantFrom("none", "halves", "interleaved"),
  seed: fc.nat(1000),
});

/** The text of a network on tokens, all of whose channels inside may be reordered; weights are f64. */
export function networkText(plan: NetworkPlan): string {
  const { width, norm, tied, blocks } = plan;
  const writer = new NetworkWriter(plan.seed);
  let stream = writer.op(`nn.embedding(${writer.param("table", [6, width])}, %tokens)`, ["?", width]);
  for (let block = 0; block < blocks; block++) {
    if (plan.attends) {
      const mixed = attention(writer, plan, block, normed(writer, norm, stream, `b${block}.n1`, width));
      stream = writer.op(`nn.add(${stream}, ${mixed})`, ["?", width]);
    }
    const made = network(writer, plan, block, normed(writer, norm, stream, `b${block}.n2`, width));
    stream = writer.op(`nn.add(${stream}, ${made})`, ["?", width]);
  }
  const last = normed(writer, norm, stream, "norm", width);
  const head = tied ? "table" : "head";
  const logits = writer.op(`nn.linear(${last}, ${writer.param(head, [6, width])})`, ["?", 6]);
  return writer.finish(logits);
}

type Shape = readonly (number | "?")[];

class NetworkWriter {
  readonly #params = new Map<string, string>();
  readonly #ops: string[] = [];
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Reads a parameter, which is made up where it is new. */
  param(name: string, shape: readonly number[]): string {
    if (!this.#params.has(name)) {
      const rows = (extents: readonly number[]): string =>
        extents.length === 0
          ? String(gaussian(this.#random).toFixed(4))
          : `[${Array.from({ length: extents[0]! }, () => rows(extents.slice(1))).join(", ")}]`;
      this.#params.set(name, `${text(shape)} = dense<${rows(shape)}> : ${text(shape)}`);
    }
    return this.op(`lowp.get(@${name})`, shape);
  }

  op(call: string, shape: Shape, element = "f64"): string {
    const name = `%v${this.#ops.length}`;
    this.#ops.push(`  ${name} = ${call} : ${text(shape, element)}`);
    return name;
  }

  finish(output: string): string {
    const params = [...this.#params].map(([name, value]) => `lowp.param @${name} : ${value}`);
    const head = `func.func @main(%tokens: tensor<?xi32>) -> tensor<?x6xf64> {`;
    return [...params, head, ...this.#ops, `  return ${output} : tensor<?x6xf64>`, "}", ""].join("\n");
  }
}
const text = (shape: Shape, element = "f64"): string => `tensor<${[...shape, element].join("x")}>`;

function normed(
  writer: NetworkWriter,
  norm: NetworkPlan["norm"],
  input: string,
  name: string,
  width: number,
): string {
  if (norm === "none") return input;
  const gain = writer.param(`${name}.gain`, [width]);
  const bias = norm === "layer" ? `, ${writer.param(`${name}.bias`, [width])}` : "";
  return writer.op(`nn.${norm}_norm(${input}, ${gain}${bias})`, ["?", width]);
}

function linear(
  writer: NetworkWriter,
  { name, input, biased }: { readonly name: string; readonly input: string; readonly biased: boolean },
  [outputs, inputs]: readonly [number, number],
): string {
  const weight = writer.param(name, [outputs, inputs]);
  const bias = biased ? `, ${writer.param(`${name}_bias`, [outputs])}` : "";
  return writer.op(`nn.linear(${input}, ${weight}${bias})`, ["?", outputs]);
}

function network(writer: NetworkWriter, plan: NetworkPlan, block: number, input: string): string {
  const { width, inner, biased } = plan;
  const made = (name: string) => linear(writer, { name: `b${block}.${name}`, input, biased }, [inner, width]);
  const active = writer.op(`nn.silu(${made("gate")})`, ["?", inner]);
  const hidden = plan.gated ? writer.op(`nn.mul(${active}, ${made("up")})`, ["?", inner]) : active;
  return linear(writer, { name: `b${block}.down`, input: hidden, biased }, [width, inner]);
}

function attention(writer: NetworkWriter, plan: NetworkPlan, block: number, input: string): string {
  const { width, groups, headsPerGroup, headWidth, biased } = plan;
  const heads = (name: string, count: number): string => {
    const flat = linear(writer, { name: `b${block}.${name}`, input, biased }, [count * headWidth, width]);
    return writer.op(`nn.reshape(${flat}) {shape = [-1, ${count}, ${headWidth}]}`, ["?", count, headWidth]);
  };
  const all = groups * headsPerGroup;
  const turned = (input: string, count: number): string => {
    if (plan.rope === "none") return input;
    const positions = writer.op("nn.positions(%tokens)", ["?"], "i32");
    const interleaved = plan.rope === "interleaved";
    return writer.op(`nn.rope(${input}, ${positions}) {interleaved = ${interleaved}}`, [
      "?",
      count,
      headWidth,
    ]);
  };
  const [q, k, v] = [turned(heads("q", all), all), turned(heads("k", groups), groups), heads("v", groups)];
  const mixed = writer.op(`nn.attention(${q}, ${k}, ${v}) {causal = true}`, ["?", all, headWidth]);
  const flat = writer.op(`nn.reshape(${mixed}) {shape = [-1, ${all * headWidth}]}`, ["?", all * headWidth]);
  return linear(writer, { name: `b${block}.o`, input: flat, biased }, [width, all * headWidth]);
}
