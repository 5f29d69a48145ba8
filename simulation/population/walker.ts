/**
 * Who walks: the kernel in WebAssembly where the machine has it, else the plain form. Both give the same to the bit
 * (test/simulation/population), so which one it was changes no result.
 */
import type { Costs } from "./costs.ts";
import { FIELDS } from "./field.ts";
import { BLOCK } from "./ground.ts";
import { type BlockColumns, PlainWalk } from "./plain-walk.ts";
import { BYTES, memory } from "./wasm/events.ts";
import { walkIn, type WalkIn } from "./wasm/instance.ts";
import { kernel } from "./wasm/walk.ts";

/** What a walk works on: columns of one block, and a row of state for each set (field.ts). */
export interface Walker {
  readonly columns: BlockColumns;
  readonly state: Float64Array;
  /** Sets [0, sets) over rows [begin, end) of the block; `live`: whether orders are sent. */
  walk(sets: number, begin: number, end: number, live: boolean): void;
}

export interface WalkShape {
  readonly sets: number;
  /** Distinct indicator columns. */
  readonly series: number;
  readonly costs: Costs;
  /** From a candle's open to its close, ms. */
  readonly span: number;
}

export type Walkers = (shape: WalkShape) => Walker;

export const plainWalker: Walkers = ({ sets, series, costs, span }) => {
  const columns: BlockColumns = {
    at: new Float64Array(BLOCK),
    open: new Float64Array(BLOCK),
    low: new Float64Array(BLOCK),
    close: new Float64Array(BLOCK),
    series: new Float64Array(series * BLOCK),
  };
  const state = new Float64Array(sets * FIELDS);
  const plain = new PlainWalk(columns, state, costs, span);
  return { columns, state, walk: (...args) => plain.walk(...args) };
};

const inVectors =
  (walkIn: WalkIn): Walkers =>
  ({ sets, series, costs, span }) => {
    const stateAt = memory.series + series * BLOCK * BYTES;
    const { buffer, walk } = walkIn(kernel, stateAt + sets * FIELDS * BYTES);
    const numbers = (place: number, count: number): Float64Array => new Float64Array(buffer, place, count);
    numbers(memory.takerFee, 5).set([
      costs.takerFee,
      costs.worstFee,
      costs.buyFactor,
      costs.sellFactor,
      span,
    ]);
    return {
      columns: {
        at: numbers(memory.at, BLOCK),
        open: numbers(memory.open, BLOCK),
        low: numbers(memory.low, BLOCK),
        close: numbers(memory.close, BLOCK),
        series: numbers(memory.series, series * BLOCK),
      },
      state: numbers(stateAt, sets * FIELDS),
      walk: (count, from, to, live) => walk(count, from * BYTES, to * BYTES, live ? 1 : 0, stateAt),
    };
  };

/** Where vectors of WebAssembly are not to be had, undefined. */
export const vectorWalker: Walkers | undefined = walkIn === undefined ? undefined : inVectors(walkIn);

export const fastestWalker: Walkers = vectorWalker ?? plainWalker;
