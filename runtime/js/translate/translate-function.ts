import { unreachable } from "../../../compiler/diagnostics/diagnostic.ts";
import { extractions, replacements } from "../assembler/expression.ts";
import type { ValueType } from "../assembler/instructions.ts";
import { laneStores, numberLoads, stores } from "./accesses.ts";
import type { DecodedFunction } from "./decode-module.ts";
import { lane, laneViews } from "./lanes.ts";
import { numbers } from "./numbers.ts";
import { type Decoded, nextOpcode, type Structure } from "./opcodes.ts";
import { callText, OperandStack, type Pending } from "./operand-stack.ts";
import { Reader } from "./reader.ts";

/** What functions of a module share: vectors live in slots of four words, numbered by their first word. */
export interface Slots {
  /** The slot that always holds these 16 bytes. */
  constant(bytes: Uint8Array): number;
  /** So many slots in a row that no other function uses; gives the first. */
  reserve(count: number): number;
}

/** The name of a helper in the text. */
export const helperName = (instruction: string): string => instruction.replace(".", "_");

/**
 * A function as JavaScript. It comes out as it was written: an expression of WebAssembly is one of JavaScript, since
 * the builder sets no variable and writes no memory inside of one.
 */
export class FunctionTranslator {
  readonly #functions: readonly DecodedFunction[];
  readonly #index: number;
  readonly #types: readonly ValueType[];
  readonly #slots: Slots;
  /** Slots of vectors by variable. */
  readonly #variables: ReadonlyMap<number, number>;
  readonly #reader: Reader;
  readonly #stack = new OperandStack();
  readonly #lines: string[] = [];
  readonly #open: ("loop" | "if")[] = [];

  constructor(functions: readonly DecodedFunction[], index: number, slots: Slots) {
    const { parameters, locals, code } = functions[index]!;
    this.#functions = functions;
    this.#index = index;
    this.#types = [...parameters, ...locals];
    this.#slots = slots;
    const vectors = [...this.#types.keys()].filter((i) => this.#types[i] === "v128");
    const first = slots.reserve(vectors.length);
    this.#variables = new Map(vectors.map((variable, i) => [variable, first + 4 * i]));
    this.#reader = new Reader(code);
  }

  /** `function k0(l0,l1,…){…}`. Numbers that come in are converted as WebAssembly does. */
  translate(): string {
    const { parameters, locals, code } = this.#functions[this.#index]!;
    while (this.#reader.at < code.length) this.#next(nextOpcode(this.#reader));
    const given = parameters.map((_, i) => `l${i}`);
    const head = [
      ...parameters.map((type, i) => `l${i}=${converted(type, `l${i}`)};`),
      ...locals.flatMap((type, i) =>
        type === "v128" ? [] : [`let l${parameters.length + i}=${type === "i64" ? "0n" : "0"};`],
      ),
      ...this.#zeroes(),
    ];
    return [`function ${functionName(this.#index)}(${given.join(",")}){`, ...head, ...this.#lines].join("\n");
  }

  /** Variables start at zero in each call. */
  #zeroes(): readonly string[] {
    const slots = [...this.#variables.values()];
    return slots.length === 0 ? [] : [`i32.fill(0,${slots[0]},${slots.at(-1)! + 4});`];
  }

  #next(decoded: Decoded): void {
    switch (decoded.kind) {
      case "plain":
        this.#plain(decoded.name, decoded.instruction.operands.length, decoded.instruction.result);
        break;
      case "load": {
        const offset = this.#offset();
        const address = addressOf(this.#stack.pop(), offset);
        const read = numberLoads.get(decoded.name);
        if (read) this.#stack.push(decoded.access.type, read(address));
        else this.#stack.pushComputed(helperName(decoded.name), [address]);
        break;
      }
      case "store": {
        const offset = this.#offset();
        const [address, value] = this.#stack.take(2);
        const write = stores.get(decoded.name) ?? unreachable(`${decoded.name} is translated`);
        this.#statement(`${write(addressOf(address!, offset), value!.text)};`);
        break;
      }
      case "store-lane": {
        const offset = this.#offset();
        const index = this.#reader.byte();
        const [address, vector] = this.#stack.take(2);
        const write = laneStores.get(decoded.name) ?? unreachable(`${decoded.name} is translated`);
        this.#statement(`${write(addressOf(address!, offset), vector!.text, index)};`);
        break;
      }
      case "extract": {
        const index = this.#reader.byte();
        const [, type] = extractions[decoded.name]!;
        this.#stack.push(type, lane(laneViews[decoded.name]!, this.#stack.pop().text, index));
        break;
      }
      case "replace": {
        const index = this.#reader.byte();
        const [vector, value] = this.#stack.take(2);
        if (value!.type !== replacements[decoded.name]![1]) unreachable("lanes have the type of the vector");
        this.#stack.pushComputed(helperName(decoded.name), [vector!.text, String(index), value!.text]);
        break;
      }
      case "structure":
        this.#structure(decoded.name);
        break;
      default:
        unreachable(`opcode ${decoded satisfies never}`);
    }
  }

  #plain(name: string, count: number, result: ValueType | undefined): void {
    const given = this.#stack.take(count);
    const operands = texts(given);
    const number = numbers.get(name);
    const added = name === "f32x4.add" ? given[1]!.call : undefined;
    // What most of the time goes into.
    if (added?.helper === "f32x4_mul")
      this.#stack.pushComputed("f32x4_add_product", [operands[0]!, ...added.operands]);
    else if (number) this.#stack.push(result!, number(...operands));
    else if (result === "v128") this.#stack.pushComputed(helperName(name), operands);
    else this.#stack.push(result!, `${helperName(name)}(${operands.join(",")})`);
  }

  #structure(name: Structure): void {
    const reader = this.#reader;
    switch (name) {
      case "loop":
        reader.byte();
        this.#open.push("loop");
        this.#statement("do{");
        break;
      case "if":
        reader.byte();
        this.#open.push("if");
        this.#statement(`if(${this.#stack.pop().text}){`);
        break;
      case "else":
        this.#statement("}else{");
        break;
      case "end":
        this.#end();
        break;
      case "br_if":
        this.#repeat();
        break;
      case "return":
        this.#return();
        break;
      case "call":
        this.#call(reader.unsigned());
        break;
      case "drop":
        this.#statement(`${this.#stack.pop().text};`);
        break;
      case "select":
        this.#stack.pushSelected();
        break;
      case "local.get":
        this.#get(reader.unsigned());
        break;
      case "local.set":
        this.#set(reader.unsigned());
        break;
      case "i32.const":
        this.#stack.push("i32", constant(String(reader.signed())));
        break;
      case "i64.const":
        this.#stack.push("i64", constant(`${reader.signed()}n`));
        break;
      case "f32.const":
        this.#stack.push("f32", floatConstant(reader.float(4)));
        break;
      case "f64.const":
        this.#stack.push("f64", floatConstant(reader.float(8)));
        break;
      case "v128.const":
        this.#stack.push("v128", String(this.#slots.constant(reader.bytes(16))));
        break;
      case "i8x16.shuffle":
        this.#shuffle(reader.bytes(16));
        break;
      default:
        unreachable(`structure ${name satisfies never}`);
    }
  }

  #end(): void {
    this.#open.pop();
    this.#statement("}");
  }

  /** A branch back to where a loop begins: the builder has it as the last of the loop. */
  #repeat(): void {
    if (this.#reader.unsigned() !== 0 || this.#open.pop() !== "loop" || this.#reader.byte() !== 0x0b)
      unreachable("branches end loops");
    this.#statement(`}while(${this.#stack.pop().text});`);
  }

  #return(): void {
    const { result } = this.#functions[this.#index]!;
    if (result === "v128") unreachable("functions return numbers");
    this.#statement(result === undefined ? "return;" : `return ${this.#stack.pop().text};`);
  }

  /** A function calls only those before it, so none is at work twice, and each has slots of its own. */
  #call(index: number): void {
    const { parameters, result } = this.#functions[index]!;
    if (index >= this.#index || parameters.includes("v128")) unreachable("calls go back and take numbers");
    const call = `${functionName(index)}(${texts(this.#stack.take(parameters.length)).join(",")})`;
    if (result === undefined) this.#statement(`${call};`);
    else this.#stack.push(result, call);
  }

  #get(variable: number): void {
    const slot = this.#variables.get(variable);
    this.#stack.push(this.#types[variable]!, slot === undefined ? `l${variable}` : String(slot));
  }

  #set(variable: number): void {
    const { text, call } = this.#stack.pop();
    const slot = this.#variables.get(variable);
    if (slot === undefined) this.#statement(`l${variable}=${text};`);
    else this.#statement(`${call ? callText(call, slot) : `v128_copy(${slot},${text})`};`);
  }

  #shuffle(from: Uint8Array): void {
    const operands = texts(this.#stack.take(2));
    const words = wholeWords(from);
    if (words) this.#stack.pushComputed("i32x4_shuffle", [...operands, ...words.map(String)]);
    else this.#stack.pushComputed("i8x16_shuffle", [...operands, String(this.#slots.constant(from))]);
  }

  /** Reads alignment, which nothing depends on, and the constant part of an address. */
  #offset(): number {
    this.#reader.unsigned();
    return this.#reader.unsigned();
  }

  #statement(line: string): void {
    if (!this.#stack.isEmpty) unreachable("nothing is pending between statements");
    this.#lines.push(line);
  }
}

const functionName = (index: number): string => `k${index}`;
const texts = (values: readonly Pending[]): readonly string[] => values.map(({ text }) => text);

/** Addresses are unsigned, and their sum with the constant part does not wrap. */
const addressOf = ({ text }: Pending, offset: number): string =>
  offset === 0 ? `${text}>>>0` : `(${text}>>>0)+${offset}`;

function converted(type: ValueType, text: string): string {
  switch (type) {
    case "i32":
      return `${text}|0`;
    case "i64":
      return `BigInt.asIntN(64,${text})`;
    case "f32":
      return `Math.fround(${text})`;
    case "f64":
      return `+${text}`;
    case "v128":
      return unreachable("functions take numbers");
    default:
      return unreachable(`type ${type satisfies never}`);
  }
}

const constant = (text: string): string => (text.startsWith("-") ? `(${text})` : text);
const floatConstant = (value: number): string => (Object.is(value, -0) ? "(-0)" : constant(String(value)));

/** Which of the eight 32-bit words a shuffle takes, if it takes whole ones. */
function wholeWords(from: Uint8Array): readonly number[] | undefined {
  const words = [0, 4, 8, 12].map((i) => from[i]! / 4);
  return from.every((byte, i) => byte === words[i >> 2]! * 4 + (i & 3)) && words.every(Number.isInteger)
    ? words
    : undefined;
}
