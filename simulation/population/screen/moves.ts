/** Candles as moves from the close before, in doubles; of the first candle, which has none before, all is 0. */
import type { CandleTable } from "../../../domain/history/candle-table.ts";
import type { Costs } from "../costs.ts";
import { placeOf } from "./field.ts";

export class Moves {
  readonly #candles: CandleTable;

  constructor(candles: CandleTable) {
    this.#candles = candles;
  }

  readonly change = (row: number): number => (row === 0 ? 0 : this.#candles.close[row]! - this.#before(row));
  readonly rise = (row: number): number => Math.max(0, this.change(row));
  readonly fall = (row: number): number => Math.max(0, -this.change(row));
  /** True range. */
  readonly range = (row: number): number => {
    const { high, low } = this.#candles;
    const before = this.#before(row);
    return Math.max(high[row]!, before) - Math.min(low[row]!, before);
  };

  #before(row: number): number {
    return this.#candles.close[Math.max(0, row - 1)]!;
  }

  /** Rows [begin, end) as the columns of a block. */
  load(begin: number, end: number, { buyingCost, sellingCost }: Costs, into: Float32Array): void {
    const { open, high, low, close } = this.#candles;
    let before = this.#before(begin);
    for (let row = begin; row < end; row += 1) {
      const place = row - begin;
      const change = close[row]! - before;
      const gap = open[row]! - before;
      into[CHANGE + place] = change;
      into[GAP + place] = gap;
      into[DIP + place] = before - low[row]!;
      into[RISE + place] = Math.max(0, change);
      into[FALL + place] = Math.max(0, -change);
      into[RANGE + place] = Math.max(high[row]!, before) - Math.min(low[row]!, before);
      into[INVERSE + place] = 1 / before;
      into[ENTRY + place] = gap + open[row]! * buyingCost;
      into[WORTH + place] = before * sellingCost;
      before = close[row]!;
    }
  }
}

const [CHANGE, GAP, DIP] = [placeOf("change"), placeOf("gap"), placeOf("dip")];
const [RISE, FALL, RANGE] = [placeOf("rise"), placeOf("fall"), placeOf("range")];
const [INVERSE, ENTRY, WORTH] = [placeOf("inverse"), placeOf("entry"), placeOf("worth")];
