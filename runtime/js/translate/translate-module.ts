import { accessHelpers } from "./accesses.ts";
import { decodeModule } from "./decode-module.ts";
import { type Helper, numberHelpers } from "./helpers.ts";
import { views } from "./lanes.ts";
import { BETWEEN } from "./operand-stack.ts";
import { rearrangingHelpers } from "./rearrangements.ts";
import { FunctionTranslator, helperName, type Slots } from "./translate-function.ts";
import { lanewiseHelpers } from "./vectors.ts";

const helpers: ReadonlyMap<string, Helper> = new Map(
  [...numberHelpers, ...accessHelpers, ...lanewiseHelpers, ...rearrangingHelpers].map((helper) => [
    helperName(helper.name),
    helper,
  ]),
);

/**
 * A module that our assembler made, without relaxed SIMD, as a JavaScript expression: a function of the ArrayBuffer
 * that is its memory, which gives its functions by their names. They leave the bits that WebAssembly leaves, but for
 * those of NaN. The text needs no `eval`, is strict code, and stands where a little-endian machine runs it.
 */
export function translateModule(bytes: Uint8Array<ArrayBuffer>): string {
  const functions = decodeModule(bytes);
  const slots = new ModuleSlots();
  const texts = functions.map((_, i) => new FunctionTranslator(functions, i, slots).translate());
  const names = functions.map(({ name }, i) => `${JSON.stringify(name)}:k${i}`);
  return `(buffer)=>{
const memory=new DataView(buffer),slots=new ArrayBuffer(${slots.byteLength});
const ${Object.values(views)
    .map(({ name, type }) => `${name}=new ${type}(slots)`)
    .join(",")};
${slots.text}
${[...neededHelpers(texts)].map(helperText).join("\n")}
${texts.join("\n")}
return {${names.join(",")}};
}`;
}

/** Helpers that texts call, and those that these call, in a stable order. */
function neededHelpers(texts: readonly string[]): ReadonlySet<Helper> {
  const needed = new Set<Helper>();
  const visit = (text: string): void => {
    for (const [, name = ""] of text.matchAll(/\b(\w+)\(/g)) {
      const helper = helpers.get(name);
      if (helper === undefined || needed.has(helper)) continue;
      needed.add(helper);
      visit(helper.body);
    }
  };
  for (const text of texts) visit(text);
  return needed;
}

const helperText = ({ name, parameters, body }: Helper): string =>
  `function ${helperName(name)}(${parameters.join(",")}){${body}}`;

class ModuleSlots implements Slots {
  /** Words in use. Slot 0 is where numbers are seen as others. */
  #words = BETWEEN.first + 4 * BETWEEN.count;
  readonly #constants = new Map<string, number>();

  constant(bytes: Uint8Array): number {
    const key = new Int32Array(bytes.slice().buffer).join();
    const slot = this.#constants.get(key) ?? this.reserve(1);
    this.#constants.set(key, slot);
    return slot;
  }

  reserve(count: number): number {
    this.#words += 4 * count;
    return this.#words - 4 * count;
  }

  get byteLength(): number {
    return this.#words * 4;
  }

  /** Statements that set the constants. */
  get text(): string {
    return [...this.#constants].map(([words, slot]) => `i32.set([${words}],${slot});`).join("\n");
  }
}
