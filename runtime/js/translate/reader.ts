/** Reads the numbers of the WebAssembly binary format from a place on. */
export class Reader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  at: number;

  constructor(bytes: Uint8Array<ArrayBuffer>, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.#bytes[this.at++]!;
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    this.at += count;
    return this.#bytes.slice(this.at - count, this.at);
  }

  /** Unsigned LEB128 of up to 32 bits. */
  unsigned(): number {
    return Number(this.#leb128().value);
  }

  /** Signed LEB128 of up to 64 bits. */
  signed(): bigint {
    const { value, bits } = this.#leb128();
    return BigInt.asIntN(bits, value);
  }

  float(width: 4 | 8): number {
    const view = new DataView(this.bytes(width).buffer);
    return width === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }

  name(): string {
    return new TextDecoder().decode(this.bytes(this.unsigned()));
  }

  /** As many of something as the count before them says. */
  vector<Item>(item: () => Item): Item[] {
    return Array.from({ length: this.unsigned() }, item);
  }

  #leb128(): { readonly value: bigint; readonly bits: number } {
    let value = 0n;
    for (let bits = 0; ; ) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(bits);
      bits += 7;
      if (byte < 0x80) return { value, bits };
    }
  }
}
