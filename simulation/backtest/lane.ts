/**
 * One instrument of a run: its candles as columns, how far they have been told, and its coarser timeframes. Rows before `row`
 * have closed; `inside` is true while the one at `row` is between its open and its close.
 */
import { resample } from "../../domain/history/resample.ts";
import { openOf, timeframes, type Timeframe } from "../../domain/market/candle.ts";
import type { CandleTable } from "../../domain/history/candle-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { BacktestMarket } from "./settings.ts";

/** A coarser timeframe; a candle of it is told with the first base candle that closes at or after its end. */
export class HigherLane {
  readonly timeframe: Timeframe;
  readonly span: number;
  readonly table: CandleTable;
  row = 0;
  constructor(timeframe: Timeframe, table: CandleTable) {
    this.timeframe = timeframe;
    this.span = timeframes[timeframe];
    this.table = table;
  }
}

export class Lane {
  readonly i: number;
  readonly pair: string;
  readonly timeframe: Timeframe;
  readonly span: number;
  readonly at: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly trades: Float64Array;
  readonly end: number;
  /** Whether the trader wants the base candles themselves. */
  readonly wanted: boolean;
  /** Smaller ones first. */
  readonly higher: readonly HigherLane[];
  /** Candles that close by then warm up. */
  readonly muteUntil: number;
  row = 0;
  /** Rows before it have been told to the trader. */
  toldRow = 0;
  /** The row whose open has been told; those before it too. */
  openedRow = -1;
  inside = false;
  /** When the row at `row` closes; Infinity at the end. */
  closesAt = Infinity;

  constructor(
    i: number,
    { instrument, timeframe, candles }: BacktestMarket,
    wanted: readonly Timeframe[],
    warmUp: { readonly candles: number; readonly from: number | undefined; readonly to: number | undefined },
  ) {
    this.i = i;
    this.pair = instrument.symbol;
    this.timeframe = timeframe;
    this.span = timeframes[timeframe];
    const length = Math.min(candles.length, candles.indexOf((warmUp.to ?? Infinity) - this.span + 1));
    const used = candles.rows(0, length);
    this.at = used.at;
    this.open = used.open;
    this.high = used.high;
    this.low = used.low;
    this.close = used.close;
    this.volume = used.volume;
    this.trades = used.trades;
    this.end = length;
    this.wanted = wanted.includes(timeframe);
    this.higher = [...new Set(wanted)]
      .filter((each) => each !== timeframe)
      .sort((a, b) => timeframes[a] - timeframes[b])
      .map((each) => new HigherLane(each, coarser(used, instrument.symbol, timeframe, each)));
    this.muteUntil = warmUp.from ?? this.#warmAt(wanted, warmUp.candles);
    if (length > 0) this.closesAt = this.at[0]! + this.span;
  }

  advance(): void {
    this.row += 1;
    this.closesAt = this.row < this.end ? this.at[this.row]! + this.span : Infinity;
  }

  get lastClose(): number {
    return this.close[this.row - 1]!;
  }

  get lastCloseAt(): number {
    return this.at[this.row - 1]! + this.span;
  }

  /** Widens `into` by the prices of the rows [first, end). */
  range(first: number, end: number, into: { lowest: number; highest: number }): void {
    const { high, low } = this;
    let { lowest, highest } = into;
    for (let row = first; row < end; row += 1) {
      if (low[row]! < lowest) lowest = low[row]!;
      if (high[row]! > highest) highest = high[row]!;
    }
    into.lowest = lowest;
    into.highest = highest;
  }

  /** When the warm-up ends that lasts so many candles of each timeframe; by time, gaps or not. */
  #warmAt(wanted: readonly Timeframe[], count: number): number {
    if (this.end === 0 || count === 0) return -Infinity;
    const ends = wanted.map((each) => {
      const begins = openOf(this.at[0]! as Timestamp, each);
      const first = begins < this.at[0]! ? begins + timeframes[each] : begins;
      return first + count * timeframes[each];
    });
    return Math.max(...ends);
  }
}

const coarser = (fine: CandleTable, pair: string, from: Timeframe, to: Timeframe): CandleTable => {
  if (timeframes[to] < timeframes[from] || timeframes[to] % timeframes[from] !== 0)
    throw new Invalid(
      `candles of ${pair}`,
      `candles that ${to} can be made of, which the strategy needs`,
      from,
    );
  return resample(fine, from, to).candles;
};
