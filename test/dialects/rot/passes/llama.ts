import { gaussian, seededRandom } from "../../../../compiler/numeric/random.ts";

/** Heads [4] of queries share heads [2] of keys and values; 4 wide. */
const [model, heads, groups, width, hidden, vocabulary] = [8, 4, 2, 4, 12, 6];

interface Options {
  readonly tied?: boolean;
  readonly element?: "f32" | "f64";
  readonly norm?: "rms" | "layer";
  /** The norm behind the sum, as in the first transformers. */
  readonly isPostNorm?: boolean;
  /** How many of the last channels of the residual stream are always 0. */
  readonly dead?: number;
}

/** The text of a llama of two layers with shared key heads and random weights, gains and biases, in the text itself. */
export function llama({
  tied = false,
  element = "f64",
  norm = "rms",
  isPostNorm = false,
  dead = 0,
}: Options = {}): string {
  const random = seededRandom(11);
  const parameters: string[] = [];
  const declare = (name: string, shape: readonly number[], middle = 0): void => {
    const isDead = (outer: number, inner: number): boolean =>
      (name === "embed" && inner >= model - dead) || (/o$|down$/.test(name) && outer >= model - dead);
    const row = (length: number, outer = 0) =>
      `[${Array.from({ length }, (_, inner) => {
        const number = middle + 0.4 * gaussian(random);
        return (isDead(outer, inner) ? 0 : number).toFixed(6);
      }).join(", ")}]`;
    const value =
      shape.length === 1
        ? row(shape[0]!)
        : `[${Array.from({ length: shape[0]! }, (_, outer) => row(shape[1]!, outer)).join(", ")}]`;
    const type = `tensor<${shape.join("x")}x${element}>`;
    parameters.push(`lowp.param @${name} : ${type} = dense<${value}> : ${type}`);
  };
  const stream = `tensor<?x${model}x${element}>`;
  const get = (name: string, ...shape: readonly number[]) =>
    `lowp.get(@${name}) : tensor<${shape.join("x")}x${element}>`;
  const normOf = (name: string, input: string, result: string): string => {
    if (norm === "rms")
      return `%g_${result} = ${get(name, model)}
      %${result} = nn.rms_norm(%${input}, %g_${result}) : ${stream}`;
    return `%g_${result} = ${get(name, model)}
      %b_${result} = ${get(`${name}.b`, model)}
      %${result} = nn.layer_norm(%${input}, %g_${result}, %b_${result}) : ${stream}`;
  };
  const layer = (at: number): string => {
    const rows: Readonly<Record<string, readonly [number, number]>> = {
      q: [heads * width, model],
      k: [groups * width, model],
      v: [groups * width, model],
      o: [model, heads * width],
      gate: [hidden, model],
      up: [hidden, model],
      down: [model, hidden],
    };
    for (const [name, shape] of Object.entries(rows)) declare(`l${at}.${name}`, shape);
    for (const name of ["n1", "n2"]) {
      declare(`l${at}.${name}`, [model], 1);
      if (norm === "layer") declare(`l${at}.${name}.b`, [model]);
    }
    const linear = (name: string, input: string): string =>
      `%w_${name} = ${get(`l${at}.${name}`, ...rows[name]!)}
      %${name} = nn.linear(%${input}, %w_${name}) : tensor<?x${rows[name]![0]}x${element}>`;
    const cache = `tensor<?x${groups}x${width}x${element}>`;
    return `func.func private @layer${at}(%h: ${stream}, %p: tensor<?xi32>, %pk: ${cache}, %pv: ${cache}) -> (${stream}, ${cache}, ${cache}) {
      ${isPostNorm ? "" : normOf(`l${at}.n1`, "h", "a")}
      ${linear("q", isPostNorm ? "h" : "a")}
      ${linear("k", isPostNorm ? "h" : "a")}
      ${linear("v", isPostNorm ? "h" : "a")}
      %qh = nn.reshape(%q) {shape = [-1, ${heads}, ${width}]} : tensor<?x${heads}x${width}x${element}>
      %kh = nn.reshape(%k) {shape = [-1, ${groups}, ${width}]} : ${cache}
      %vh = nn.reshape(%v) {shape = [-1, ${groups}, ${width}]} : ${cache}
      %qr = nn.rope(%qh, %p) : tensor<?x${heads}x${width}x${element}>
      %kr = nn.rope(%kh, %p) : ${cache}
      %ks = nn.concat([%pk, %kr]) {axis = 0} : ${cache}
      %vs = nn.concat([%pv, %vh]) {axis = 0} : ${cache}
      %m = nn.attention(%qr, %ks, %vs) {causal = true} : tensor<?x${heads}x${width}x${element}>
      %mf = nn.reshape(%m) {shape = [-1, ${heads * width}]} : tensor<?x${heads * width}x${element}>
      ${linear("o", "mf")}
      %s = nn.add(%h, %o) : ${stream}
      ${normOf(`l${at}.n2`, "s", "b")}
      ${linear("gate", "b")}
      ${linear("up", "b")}
      %act = nn.silu(%gate) : tensor<?x${hidden}x${element}>
      %prod = nn.mul(%act, %up) : tensor<?x${hidden}x${element}>
      ${linear("down", "prod")}
      %out = nn.add(%${isPostNorm ? "b" : "s"}, %down) : ${stream}
      return %out, %ks, %vs : ${stream}, ${cache}, ${cache}
    }`;
  };
  declare("embed", [vocabulary, model]);
  const layers = [layer(0), layer(1)];
  declare("final", [model], 1);
  if (norm === "layer") declare("final.b", [model]);
  if (!tied) declare("head", [vocabulary, model]);
  const cache = `tensor<?x${groups}x${width}x${element}>`;
  return `${parameters.join("\n")}
    ${layers.join("\n")}
    func.func @main(%t: tensor<?xi32>) -> tensor<?x${vocabulary}x${element}> {
      %none = nn.zeros() {shape = [0, ${groups}, ${width}], element = ${element}} : tensor<0x${groups}x${width}x${element}>
      %empty = nn.refine(%none) : ${cache}
      %e = ${get("embed", vocabulary, model)}
      %h0 = nn.embedding(%e, %t) : ${stream}
      %p = nn.positions(%t) : tensor<?xi32>
      %h1, %k0, %v0 = func.call(@layer0, [%h0, %p, %empty, %empty]) : ${stream}, ${cache}, ${cache}
      %h2, %k1, %v1 = func.call(@layer1, [%h1, %p, %empty, %empty]) : ${stream}, ${cache}, ${cache}
      ${normOf("final", "h2", "f")}
      %w_head = ${get(tied ? "embed" : "head", vocabulary, model)}
      %y = nn.linear(%f, %w_head) : tensor<?x${vocabulary}x${element}>
      return %y : tensor<?x${vocabulary}x${element}>
    }`;
}
