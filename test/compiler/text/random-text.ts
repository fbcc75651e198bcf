import fc from "fast-check";

const pick = <T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const list = <T>(item: fc.Arbitrary<T>, separator = ", ", maxLength = 3): fc.Arbitrary<string> =>
  fc.array(item, { maxLength }).map((items) => items.join(separator));

/** A letter first, so that no name is a number. */
const word: fc.Arbitrary<string> = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_$]{0,5}$/);

/** Strings as this generator spells them: everything but printable ASCII as escaped bytes, or as it is. */
const quoted: fc.Arbitrary<string> = fc
  .tuple(fc.string({ unit: "grapheme", maxLength: 6 }), fc.boolean())
  .map(([text, raw]) => `"${[...text].map((character) => spelled(character, raw)).join("")}"`);

function spelled(character: string, raw: boolean): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (/[ -~]/.test(character) || (raw && !/\p{C}/u.test(character))) return character;
  return [...new TextEncoder().encode(character)]
    .map((byte) => `\\${byte.toString(16).padStart(2, "0")}`)
    .join("");
}

const key = fc.oneof(
  word.filter((text) => text !== "loc"),
  word.map((text) => `test.${text}`),
  quoted,
);

/** Balanced text with strings, arrows and brackets, as dialects nobody registered may hold it. */
const body: fc.Arbitrary<string> = fc.letrec<{ body: string }>((tie) => ({
  body: list(
    fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      pick("->", ">=", ":", "=", ",", "*", "?", "-1", "2.5", "x", "d0 mod 4", "@s", "#a", "!t"),
      quoted,
      pick("<>", "()", "[]", "{}").chain((pair) => tie("body").map((text) => `${pair[0]}${text}${pair[1]}`)),
    ),
    " ",
  ),
})).body;

const floatNames = ["f64", "f32", "f16", "bf16", "f8E4M3FN", "f8E5M2", "f4E2M1FN"] as const;
const integerName = fc
  .tuple(pick("i", "si", "ui"), fc.integer({ min: 1, max: 64 }))
  .map(([prefix, width]) => `${prefix}${width}`);
const scalar = fc.oneof(integerName, pick<string>("index", ...floatNames));
const dialectName = fc.tuple(pick("test", "other"), word).map((parts) => parts.join("."));
const withBody = (sigil: string): fc.Arbitrary<string> =>
  fc
    .tuple(dialectName, fc.option(body, { nil: undefined }))
    .map(([name, text]) => `${sigil}${name}${text === undefined ? "" : `<${text}>`}`);

export const typeAliases = ["!alias0", "!alias1"] as const;
export const attributeAliases = ["#alias0", "#alias1"] as const;

interface Texts {
  type: string;
  functionType: string;
  attribute: string;
  location: string;
}

/** Types and attributes of every kind; `aliases` says whether the names above may occur. */
const textsWith = (aliases: boolean) =>
  fc.letrec<Texts>((tie: fc.LetrecTypedTie<Texts>) => {
    const extents = list(fc.oneof(pick("?"), fc.nat(9).map(String)), "x");
    const plain = tie("type").map((text) => (text.startsWith("(") ? "i1" : text));
    const tensor = fc
      .tuple(extents, tie("type"), fc.option(tie("attribute"), { nil: undefined, freq: 8 }))
      .map(
        ([shape, element, encoding]) =>
          `tensor<${shape === "" ? "" : `${shape}x`}${element}${encoding === undefined ? "" : `, ${encoding}`}>`,
      );
    const dictionary = fc
      .uniqueArray(fc.tuple(key, fc.option(tie("attribute"), { nil: undefined })), {
        maxLength: 3,
        selector: ([name]) => name.replaceAll('"', ""),
      })
      .map((entries) =>
        entries.map(([name, value]) => (value === undefined ? name : `${name} = ${value}`)).join(", "),
      );
    return {
      type: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        scalar,
        withBody("!"),
        pick("vector<4xf32>", "memref<?x4xf32, strided<[4, 1], offset: ?>>", "complex<f32>", "none"),
        pick(...(aliases ? typeAliases : ["i1"])),
        tensor,
        plain.map((element) => `tensor<*x${element}>`),
        list(tie("type")).map((items) => `tuple<${items}>`),
        tie("functionType"),
      ),
      functionType: fc
        .tuple(
          list(tie("type")),
          fc.oneof(
            plain,
            list(tie("type")).map((items) => `(${items})`),
          ),
        )
        .map(([inputs, results]) => `(${inputs}) -> ${results}`),
      attribute: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        pick("unit", "true", "false", "0", "-7", "0x1F", "1.5", "-0.0", "2.0e-20"),
        fc
          .tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), fc.oneof(integerName, pick("index")))
          .map((parts) => parts.join(" : ")),
        fc
          .tuple(fc.float({ noNaN: true, noDefaultInfinity: true }), pick("f64", "f32"))
          .map(([value, name]) => `${decimal(value)} : ${name}`),
        fc.tuple(fc.nat(255), pick(...floatNames)).map(([bits, name]) => `0x${bits.toString(16)} : ${name}`),
        pick(
          "0x7FF8000000000123 : f64",
          "0xFF800000 : f32",
          "0x7FC00001 : f32",
          "0x7C00 : f16",
          "0xFFC1 : bf16",
        ),
        quoted,
        fc.tuple(quoted, plain).map((parts) => parts.join(" : ")),
        word.map((text) => `word_${text}`),
        fc
          .array(fc.oneof(word, quoted), { minLength: 1, maxLength: 3 })
          .map((path) => path.map((part) => `@${part}`).join("::")),
        tie("type"),
        list(tie("attribute")).map((items) => `[${items}]`),
        dictionary.map((entries) => `{${entries}}`),
        dense,
        pick("array<i32>", "array<i8: -1, 2>", "array<f32: 1.5, -0.0, 0x7F800000>", "array<i1: true, false>"),
        fc.tuple(fc.oneof(word, quoted), tensor).map(([name, type]) => `dense_resource<${name}> : ${type}`),
        withBody("#"),
        fc.tuple(withBody("#"), plain).map((parts) => parts.join(" : ")),
        pick("affine_map<(d0)[s0] -> (d0 + s0)>", "affine_set<(d0) : (d0 >= 0)>"),
        tie("location"),
        pick(...(aliases ? attributeAliases : ["unit"])),
      ),
      location: fc
        .letrec<{ place: string }>((inner) => ({
          place: fc.oneof(
            { maxDepth: 3, depthSize: "small" },
            pick("unknown"),
            quoted,
            fc.tuple(quoted, fc.nat(), fc.nat()).map((parts) => parts.join(":")),
            fc.tuple(quoted, inner("place")).map(([name, child]) => `${name}(${child})`),
            fc
              .tuple(inner("place"), inner("place"))
              .map(([callee, caller]) => `callsite(${callee} at ${caller})`),
            list(inner("place")).map((items) => `fused[${items}]`),
            fc
              .tuple(tie("attribute"), list(inner("place")))
              .map(([metadata, items]) => `fused<${metadata}>[${items}]`),
          ),
        }))
        .place.map((place) => `loc(${place})`),
    };
  });

/** A decimal with a point, as the grammar wants it. */
function decimal(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  const [mantissa = "", exponent] = text.split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}${exponent === undefined ? "" : `e${exponent}`}`;
}

const dense: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    pick(
      { type: "i8", values: ["1", "-2", "0x7F"] },
      { type: "i1", values: ["true", "false"] },
      { type: "f32", values: ["1.5", "-0.0", "0xFF800000", "1.0e-20"] },
      { type: "f16", values: ["0x7C00", "0.5"] },
      { type: "!test.string", values: ['"a"', '"b \\"c\\""'] },
    ),
    fc.nat(),
    pick("listed", "splat", "bytes"),
  )
  .map(([shape, { type, values }, seed, way]) => {
    const nested = (depth: number, at: number): string =>
      depth === shape.length
        ? values[(seed + at) % values.length]!
        : `[${Array.from({ length: shape[depth]! }, (_, i) => nested(depth + 1, at * 3 + i)).join(", ")}]`;
    const inside = { listed: nested(0, 0), splat: values[seed % values.length]!, bytes: '"0x00FF12"' }[way];
    return `dense<${inside}> : tensor<${shape.map((size) => `${size}x`).join("")}${type}>`;
  });

/** Text of types, attributes and locations. */
export const texts = textsWith(true);
/** The same without aliases, for what aliases stand for. */
export const aliasFreeTexts = textsWith(false);
export const entryKey = key;
export const opName = dialectName;
export const valueHint = fc.oneof(pick(""), word);
