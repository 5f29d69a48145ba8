/**
 * The words of WebAssembly that the population's kernel is written in, as functions that give their bytes (WebAssembly core
 * specification 2.0, binary format, with the 128-bit vectors). An expression leaves one value, a statement none.
 */
export type Code = readonly number[];
export type Type = "i32" | "f64" | "v128";

const types: Readonly<Record<Type, number>> = { i32: 0x7f, f64: 0x7c, v128: 0x7b };
export const typeByte = (type: Type): number => types[type];

/** LEB128, unsigned. */
export const unsigned = (value: number): Code => {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
};

/** LEB128, signed. */
const signed = (value: number): Code => {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
};

const unary =
  (...opcode: readonly number[]) =>
  (a: Code): Code => [...a, ...opcode];
const binary =
  (...opcode: readonly number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];
const vector = (opcode: number): Code => [0xfd, ...unsigned(opcode)];

/** Memory at `address` and `offset`; `align` is the exponent of 2. */
const loads =
  (opcode: Code, align: number) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, align, ...unsigned(offset)];

export const i32 = {
  of: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  and: binary(0x71),
  or: binary(0x72),
  xor: binary(0x73),
  shl: binary(0x74),
  eqz: unary(0x45),
  geSigned: binary(0x4e),
  gtSigned: binary(0x4a),
  countTrailingZeros: unary(0x68),
  ofF64: unary(0xaa),
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x36,
    2,
    ...unsigned(offset),
  ],
};

export const f64 = {
  of: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
  load: loads([0x2b], 3),
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0x39,
    3,
    ...unsigned(offset),
  ],
  abs: unary(0x99),
  neg: unary(0x9a),
  add: binary(0xa0),
  sub: binary(0xa1),
  mul: binary(0xa2),
  div: binary(0xa3),
  eq: binary(0x61),
  lt: binary(0x63),
  gt: binary(0x64),
  le: binary(0x65),
  ge: binary(0x66),
  ofI32: unary(0xb7),
};

/** Two doubles side by side: lane 0 is the earlier row. */
export const f64x2 = {
  load: loads(vector(0x00), 3),
  splat: unary(...vector(0x14)),
  lane: (lane: 0 | 1, a: Code): Code => [...a, ...vector(0x21), lane],
  lt: binary(...vector(0x49)),
  gt: binary(...vector(0x4a)),
  le: binary(...vector(0x4b)),
  sub: binary(...vector(0xf1)),
  mul: binary(...vector(0xf2)),
  /** b where b < a, else a; and the other way round. */
  min: binary(...vector(0xf6)),
  max: binary(...vector(0xf7)),
  not: unary(...vector(0x4d)),
  and: binary(...vector(0x4e)),
  or: binary(...vector(0x50)),
  /** Bit 0 for lane 0, bit 1 for lane 1. */
  bits: unary(...vector(0xc4)),
  /** Lane `first` of `a`, then lane `second` of `b`. */
  pick: (a: Code, first: 0 | 1, b: Code, second: 0 | 1): Code => [
    ...a,
    ...b,
    ...vector(0x0d),
    ...Array.from({ length: 8 }, (_, i) => first * 8 + i),
    ...Array.from({ length: 8 }, (_, i) => 16 + second * 8 + i),
  ],
};

/** Four singles side by side: each lane is a set of its own. */
export const f32x4 = {
  lt: binary(...vector(0x43)),
  gt: binary(...vector(0x44)),
  le: binary(...vector(0x45)),
  ge: binary(...vector(0x46)),
  neg: unary(...vector(0xe1)),
  add: binary(...vector(0xe4)),
  sub: binary(...vector(0xe5)),
  mul: binary(...vector(0xe6)),
  /** b where b < a, else a. */
  min: binary(...vector(0xea)),
};

/** 128 bits whatever they stand for; the truth of a lane is all its bits. */
export const v128 = {
  of: (bytes: Uint8Array): Code => [...vector(0x0c), ...bytes],
  load: loads(vector(0x00), 4),
  /** The same 32 bits of memory in all four lanes. */
  load32All: loads(vector(0x09), 2),
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...vector(0x0b),
    4,
    ...unsigned(offset),
  ],
  and: binary(...vector(0x4e)),
  /** a and not b. */
  less: binary(...vector(0x4f)),
  or: binary(...vector(0x50)),
  /** Bits of `a` where `by` has them, else of `b`. */
  pick: (a: Code, b: Code, by: Code): Code => [...a, ...b, ...by, ...vector(0x52)],
  /** Lane by lane, of whole numbers. */
  sub32: binary(...vector(0xb1)),
};

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const call = (index: number, ...args: readonly Code[]): Code => [
  ...args.flat(),
  0x10,
  ...unsigned(index),
];
export const sequence = (...parts: readonly Code[]): Code => parts.flat();
export const when = (condition: Code, then: Code, otherwise: Code = []): Code => [
  ...condition,
  0x04,
  0x40,
  ...then,
  ...(otherwise.length === 0 ? [] : [0x05, ...otherwise]),
  0x0b,
];
/** Leaves the `depth`-th block around, or begins that loop again. A `when` counts as a block. */
export const leave = (depth: number): Code => [0x0c, ...unsigned(depth)];
export const leaveWhen = (depth: number, condition: Code): Code => [...condition, 0x0d, ...unsigned(depth)];
export const block = (...body: readonly Code[]): Code => [0x02, 0x40, ...body.flat(), 0x0b];
export const loop = (...body: readonly Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0b];
