/**
 * Candles of a coarser timeframe out of finer ones: first open, highest high, lowest low, last close, the sum of volumes. A coarse
 * candle is made only when the fine ones reach from its beginning to its end: one that had begun before them, or has not ended
 * with them, is partial and left out. Inside it fine candles may be missing, as where nothing traded. One without volume repeats an
 * older price: it counts only where nothing in the coarse candle traded.
 */
import { openOf, timeframes, type Timeframe } from "../market/candle.ts";
import { Invalid } from "../values/invalid.ts";
import type { Timestamp } from "../values/values.ts";
import { CandleTable } from "./candle-table.ts";
import { divisorOf } from "./divisor.ts";
import { isAscending } from "./order.ts";

export interface Resampled {
  readonly candles: CandleTable;
  /** Coarse candles left out at the beginning and at the end, with too few fine ones: 0 to 2. */
  readonly partial: number;
  /** Coarse candles made although fine ones were missing in them. */
  readonly incomplete: number;
}

/** `fine` must ascend. Throws `Invalid` when it does not, or when `to` is no whole number of `from`. */
export const resample = (fine: CandleTable, from: Timeframe, to: Timeframe): Resampled => {
  const [step, span] = [timeframes[from], timeframes[to]];
  if (span <= step || span % step !== 0)
    throw new Invalid("timeframe", `a timeframe that is made of whole ${from} candles`, to);
  if (!isAscending(fine)) throw new Invalid("candles", "ascending open times", "others");
  const candles = new CandleTable(Math.ceil((fine.length * step) / span) + 2);
  const volumes = new Volumes(fine);
  let [partial, incomplete] = [0, 0];
  for (let start = 0; start < fine.length;) {
    const openAt = openOf(fine.at[start]! as Timestamp, to);
    let end = start + 1;
    while (end < fine.length && fine.at[end]! < openAt + span) end += 1;
    const begun = start > 0 || fine.at[start]! < openAt + step;
    const ended = end < fine.length || fine.at[end - 1]! + step >= openAt + span;
    if (begun && ended) {
      fold(fine, start, end, openAt, volumes.sum(start, end), candles);
      if (end - start < span / step) incomplete += 1;
    } else partial += 1;
    start = end;
  }
  return { candles, partial, incomplete };
};

const fold = (
  fine: CandleTable,
  start: number,
  end: number,
  openAt: number,
  volume: number,
  into: CandleTable,
): void => {
  const traded = fine.volume.subarray(start, end).some((each) => each > 0);
  let [open, high, low, close, trades] = [NaN, -Infinity, Infinity, NaN, 0];
  for (let row = start; row < end; row += 1) {
    trades += fine.trades[row]!;
    if (traded && fine.volume[row] === 0) continue;
    if (Number.isNaN(open)) open = fine.open[row]!;
    high = Math.max(high, fine.high[row]!);
    low = Math.min(low, fine.low[row]!);
    close = fine.close[row]!;
  }
  into.push(openAt, open, high, low, close, volume, trades);
};

/** Sums as exact as the volumes are decimals: the double nearest to the sum of the texts. */
class Volumes {
  readonly #volume: Float64Array;
  readonly #divisor: number | undefined;

  constructor({ volume, length }: CandleTable) {
    this.#volume = volume.subarray(0, length);
    this.#divisor = divisorOf(this.#volume);
  }

  sum(start: number, end: number): number {
    const divisor = this.#divisor ?? 1;
    let sum = 0;
    for (let row = start; row < end; row += 1)
      sum += this.#divisor === undefined ? this.#volume[row]! : Math.round(this.#volume[row]! * divisor);
    return sum / divisor;
  }
}
