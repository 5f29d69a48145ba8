/**
 * The indicators of a population, each distinct length reckoned once for all sets that ask for it, block by block. They are the
 * very indicators of the strategy, so the numbers are its numbers.
 */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { Ema } from "../../domain/indicators/ema.ts";
import { Rsi } from "../../domain/indicators/oscillators/strength.ts";
import { AverageRange } from "../../domain/indicators/volatility/ranges.ts";
import { BLOCK } from "./ground.ts";

type Kind = "ema" | "rsi" | "atr";
/** Reckons rows [begin, end) of the candles into the first places of `into`. */
type Fill = (candles: CandleTable, begin: number, end: number, into: Float64Array) => void;

const starts: Readonly<Record<Kind, (length: number) => Fill>> = {
  ema: (length) => {
    const ema = new Ema(length);
    return ({ close }, begin, end, into) => ema.over(close.subarray(begin, end), into);
  },
  rsi: (length) => {
    const rsi = new Rsi(length);
    return ({ close }, begin, end, into) => rsi.over(close.subarray(begin, end), into);
  },
  atr: (length) => {
    const atr = new AverageRange(length, false);
    return ({ high, low, close }, begin, end, into) =>
      atr.over(
        [high, low, close].map((column) => column.subarray(begin, end)),
        [into.subarray(0, end - begin)],
      );
  },
};

export class SharedSeries {
  readonly #places = new Map<string, number>();
  readonly #fills: Fill[] = [];

  get count(): number {
    return this.#fills.length;
  }

  /** Where this one stands in a block, counted in columns. */
  place(kind: Kind, length: number): number {
    const key = `${kind} ${length}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.#fills.length);
    return this.#fills.push(starts[kind](length)) - 1;
  }

  /** Rows [begin, end) of all of them, one column of `BLOCK` numbers after the other. Called for block after block. */
  fill(candles: CandleTable, begin: number, end: number, into: Float64Array): void {
    for (const [place, fill] of this.#fills.entries())
      fill(candles, begin, end, into.subarray(place * BLOCK, (place + 1) * BLOCK));
  }
}
