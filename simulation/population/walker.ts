/**
 * Who walks: the kernel in WebAssembly where the machine has it, else the plain form. Both give the same to the bit
 * (test/simulation/population), so which one it was changes no result.
 */
import type { Costs } from "./costs.ts";
import { FIELDS } from "./field.ts";
import { BLOCK } from "./ground.ts";
import { type BlockColumns, PlainWalk } from "./plain-walk.ts";
import { BYTES, memory } from "./wasm/events.ts";
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

/** The part of the language's WebAssembly that is used; its types come with browsers only. */
declare const WebAssembly:
  | {
      readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
      readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
      readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
      readonly Instance: new (
        module: object,
        imports: object,
      ) => { readonly exports: { readonly walk: (...args: readonly number[]) => void } };
    }
  | undefined;

const PAGE = 65_536;

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

let compiled: object | undefined;

/** Where vectors of WebAssembly are not to be had, undefined. */
export const vectorWalker: Walkers | undefined =
  typeof WebAssembly === "undefined" || !WebAssembly.validate(kernel)
    ? undefined
    : ({ sets, series, costs, span }) => {
        const { Memory, Module, Instance } = WebAssembly;
        const stateAt = memory.series + series * BLOCK * BYTES;
        const end = stateAt + sets * FIELDS * BYTES;
        const its = { memory: new Memory({ initial: Math.ceil(end / PAGE) }) };
        compiled ??= new Module(kernel);
        const { walk } = new Instance(compiled, { its }).exports;
        const numbers = (place: number, count: number): Float64Array =>
          new Float64Array(its.memory.buffer, place, count);
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

export const fastestWalker: Walkers = vectorWalker ?? plainWalker;
