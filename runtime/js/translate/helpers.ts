/** A function that the text of kernels calls. Those that give vectors write to slot `d` and return it. */
export interface Helper {
  readonly name: string;
  readonly parameters: readonly string[];
  /** Statements. */
  readonly body: string;
}

/** Of numbers: what no single expression of JavaScript says. Traps of WebAssembly are thrown as errors. */
export const numberHelpers: readonly Helper[] = [
  {
    name: "countTrailingZeros",
    parameters: ["x"],
    body: "return x===0?32:31-Math.clz32(x&-x);",
  },
  {
    name: "countOnes",
    parameters: ["x"],
    body: "let n=0;for(;x!==0;x&=x-1)n++;return n;",
  },
  {
    name: "divideSigned",
    parameters: ["x", "y"],
    body: 'if(y===0||x===-2147483648&&y===-1)throw new RangeError("integer overflow or division by zero");return x/y|0;',
  },
  {
    name: "divideUnsigned",
    parameters: ["x", "y"],
    body: 'if(y===0)throw new RangeError("integer division by zero");return (x>>>0)/(y>>>0)|0;',
  },
  {
    name: "remainderSigned",
    parameters: ["x", "y"],
    body: 'if(y===0)throw new RangeError("integer division by zero");return x%y|0;',
  },
  {
    name: "remainderUnsigned",
    parameters: ["x", "y"],
    body: 'if(y===0)throw new RangeError("integer division by zero");return (x>>>0)%(y>>>0)|0;',
  },
  { name: "rotateLeft", parameters: ["x", "y"], body: "return x<<y|(y&31?x>>>(-y&31):0);" },
  {
    name: "divideLong",
    parameters: ["x", "y"],
    body: 'if(x===-0x8000000000000000n&&y===-1n)throw new RangeError("integer overflow");return x/y;',
  },
  {
    name: "rotateLongLeft",
    parameters: ["x", "y"],
    body: "x=BigInt.asUintN(64,x);y&=63n;return BigInt.asIntN(64,x<<y|x>>(64n-y));",
  },
  {
    // Sums with 2^52 are rounded to whole numbers, ties to even.
    name: "nearest",
    parameters: ["x"],
    body: "if(!(Math.abs(x)<4503599627370496)||x===0)return x;return x<0?-(4503599627370496-x-4503599627370496):x+4503599627370496-4503599627370496;",
  },
  {
    name: "copySign",
    parameters: ["x", "y"],
    body: "x=Math.abs(x);return y<0||Object.is(y,-0)?-x:x;",
  },
  {
    name: "truncateSigned",
    parameters: ["x"],
    body: "return x>=2147483647?2147483647:x<=-2147483648?-2147483648:x|0;",
  },
  {
    name: "truncateUnsigned",
    parameters: ["x"],
    body: "return x>=4294967295?-1:x>0?x|0:0;",
  },
  {
    name: "truncateLong",
    parameters: ["x"],
    body: "return x!==x?0n:x>=9223372036854775808?0x7fffffffffffffffn:x<=-9223372036854775808?-0x8000000000000000n:BigInt(Math.trunc(x));",
  },
  {
    name: "truncateUnsignedLong",
    parameters: ["x"],
    body: "return x>=18446744073709551616?-1n:x>0?BigInt.asIntN(64,BigInt(Math.trunc(x))):0n;",
  },
  {
    // What f64 has no digits for is gathered in the last that it has: rounding to f32 then sees that there is more.
    name: "roundLong",
    parameters: ["x"],
    body: "const m=x<0n?-x:x,r=m<0x20000000000000n?Number(m):Number(m>>11n|(m&2047n?1n:0n))*2048;return Math.fround(x<0n?-r:r);",
  },
];
