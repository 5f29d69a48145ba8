/** Who screens: the kernel in WebAssembly where the machine has it, else the plain form. Both give the same to the bit. */
import { BLOCK } from "../ground.ts";
import { walkIn, type WalkIn } from "../wasm/instance.ts";
import { BYTES, columnsAt, kernel, stateAt } from "../wasm/screen.ts";
import { COLUMNS, GROUP } from "./field.ts";
import { plainScreener } from "./plain.ts";

export interface Screener {
  /** Of one block, laid out by field.ts. */
  readonly columns: Float32Array;
  /** The same memory twice. */
  readonly state: Float32Array;
  readonly masks: Int32Array;
  /** Groups [firstGroup, endGroup) over rows [begin, end) of the block. */
  walk(firstGroup: number, endGroup: number, begin: number, end: number): void;
}

/** `sellingCost`: of a price of 1, what a seller at the market does not get. */
export type Screeners = (groups: number, sellingCost: number) => Screener;

const inVectors =
  (walkIn: WalkIn): Screeners =>
  (groups, sellingCost) => {
    const { buffer, walk } = walkIn(kernel, stateAt + groups * GROUP * BYTES);
    new Float32Array(buffer, 0, 1)[0] = sellingCost;
    return {
      columns: new Float32Array(buffer, columnsAt, COLUMNS * BLOCK),
      state: new Float32Array(buffer, stateAt, groups * GROUP),
      masks: new Int32Array(buffer, stateAt, groups * GROUP),
      walk: (firstGroup, endGroup, begin, end) =>
        walk(
          stateAt + firstGroup * GROUP * BYTES,
          stateAt + endGroup * GROUP * BYTES,
          begin * BYTES,
          end * BYTES,
        ),
    };
  };

/** Where vectors of WebAssembly are not to be had, undefined. */
export const vectorScreener: Screeners | undefined = walkIn === undefined ? undefined : inVectors(walkIn);

export const fastestScreener: Screeners = vectorScreener ?? plainScreener;
