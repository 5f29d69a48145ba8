/**
 * What many rules share while they are reckoned: columns of numbers and masks over the rows of one block, and the steps that fill them. All
 * are asked for first; then `settle` gives them their place in one memory, that of the kernel which compares columns where the machine
 * has it (wasm/compare.ts).
 */
import type { CandleTable } from "../../../domain/history/candle-table.ts";
import { BLOCK } from "../ground.ts";
import { kernel } from "../wasm/compare.ts";
import { walkIn } from "../wasm/instance.ts";

/** Rows of a word. */
export const WORD = 32;
export const WORDS = BLOCK / WORD;

/** One number a row. That of row t of the block stands at `values[t & places]`. */
export interface Numbers {
  values: Float64Array;
  /** -1; 0 of a number that is the same at all rows. */
  readonly places: number;
  /** Whether none of the block's rows is NaN. */
  known: boolean;
}

/** Three answers for each row, a bit in one of both words or in none: it holds, it fails, it is not known. Bits behind the block's last row mean nothing. */
export interface Mask {
  readonly holds: Words;
  readonly fails: Words;
}
export interface Words {
  bits: Int32Array;
}

/** Works on rows [begin, begin + rows) of the candles; called for block after block. */
export type Step = (candles: CandleTable, begin: number, rows: number) => void;

const [DOUBLE, SINGLE] = [8, 4];

export class Sheet {
  readonly #steps: Step[] = [];
  readonly #places: ((memory: ArrayBuffer) => void)[] = [];
  readonly #vectors: boolean;
  #bytes = 0;
  #above: ((...args: readonly number[]) => void) | undefined;

  /** `vectors`: whether the kernel may compare; it changes no result. */
  constructor(vectors: boolean) {
    this.#vectors = vectors;
  }

  add(step: Step): void {
    this.#steps.push(step);
  }

  column(): Numbers {
    return this.#numbers(BLOCK, -1);
  }

  constant(value: number): Numbers {
    const made = this.#numbers(WORD, 0);
    this.#places.push(() => made.values.fill(value));
    made.known = !Number.isNaN(value);
    return made;
  }

  words(): Words {
    const made = { bits: new Int32Array(0) };
    this.#place(WORDS * SINGLE, (memory, at) => (made.bits = new Int32Array(memory, at, WORDS)));
    return made;
  }

  /** After all has been asked for, once. */
  settle(): void {
    const at = this.#vectors ? walkIn?.(kernel, this.#bytes) : undefined;
    this.#above = at?.walk;
    const memory = at?.buffer ?? new ArrayBuffer(this.#bytes);
    for (const place of this.#places) place(memory);
  }

  run(candles: CandleTable, begin: number, rows: number): void {
    for (const step of this.#steps) step(candles, begin, rows);
  }

  /** Whether a > b, in all rows where both are known. */
  above(a: Numbers, b: Numbers, { holds, fails }: Mask): void {
    if (this.#above === undefined) abovePlain(a, b, holds.bits, fails.bits);
    else {
      const begin = holds.bits.byteOffset;
      const apart = fails.bits.byteOffset - begin;
      const [stepA, stepB] = [a.places & (WORD * DOUBLE), b.places & (WORD * DOUBLE)];
      this.#above(
        a.values.byteOffset,
        stepA,
        b.values.byteOffset,
        stepB,
        begin,
        begin + WORDS * SINGLE,
        apart,
      );
    }
  }

  #numbers(count: number, places: -1 | 0): Numbers {
    const made = { values: new Float64Array(0), places, known: false };
    this.#place(count * DOUBLE, (memory, at) => (made.values = new Float64Array(memory, at, count)));
    return made;
  }

  #place(bytes: number, put: (memory: ArrayBuffer, at: number) => void): void {
    const at = this.#bytes;
    this.#bytes += bytes;
    this.#places.push((memory) => {
      put(memory, at);
    });
  }
}

const abovePlain = (
  { values: as, places: placesA }: Numbers,
  { values: bs, places: placesB }: Numbers,
  holds: Int32Array,
  fails: Int32Array,
): void => {
  for (let word = 0; word < WORDS; word += 1) {
    const first = word * WORD;
    let bits = 0;
    // Without a branch, which random prices would mislead.
    for (let t = first; t < first + WORD; t += 1) bits |= +(as[t & placesA]! > bs[t & placesB]!) << t;
    holds[word] = bits;
    fails[word] = ~bits;
  }
};
