/**
 * One instrument of a run: the candles that orders meet as columns, how far they have been told, and its coarser timeframes. Rows
 * before `row` have closed; `inside` is true while the one at `row` is between its open and its close.
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
  readonly table: CandleTable;
  /** Its columns. */
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
    { instrument, timeframe, candles, detail }: BacktestMarket,
    wanted: readonly Timeframe[],
    warmUp: { readonly candles: number; readonly from: number | undefined; readonly to: number | undefined },
  ) {
    this.i = i;
    this.pair = instrument.symbol;
    const base = detail ?? { timeframe, candles };
    this.timeframe = base.timeframe;
    this.span = timeframes[base.timeframe];
    const seen = closedBy(candles, timeframes[timeframe], warmUp.to);
    const used = detail === undefined ? seen : closedBy(detail.candles, this.span, warmUp.to);
    this.table = used;
    this.at = used.at;
    this.open = used.open;
    this.high = used.high;
    this.low = used.low;
    this.close = used.close;
    this.volume = used.volume;
    this.trades = used.trades;
    this.end = used.length;
    this.wanted = detail === undefined && wanted.includes(timeframe);
    this.higher = [...new Set(wanted)]
      .filter((each) => detail !== undefined || each !== timeframe)
      .sort((a, b) => timeframes[a] - timeframes[b])
      .map((each) => new HigherLane(each, coarser(seen, instrument.symbol, timeframe, each)));
    this.muteUntil = warmUp.from ?? warmAt(seen, wanted, warmUp.candles);
    if (used.length > 0) this.closesAt = this.at[0]! + this.span;
  }

  advance(): void {
    this.row += 1;
    this.closesAt = this.row < this.end ? this.at[this.row]! + this.span : Infinity;
  }

  /** When the next coarser candle has closed; Infinity where there is none. */
  get higherClosesAt(): number {
    let at = Infinity;
    for (const { row, span, table } of this.higher)
      if (row < table.length) at = Math.min(at, table.at[row]! + span);
    return at;
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
}

const closedBy = (candles: CandleTable, span: number, to = Infinity): CandleTable =>
  candles.rows(0, Math.min(candles.length, candles.indexOf(to - span + 1)));

/** When the warm-up ends that lasts so many candles of each timeframe; by time, gaps or not. */
const warmAt = ({ at, length }: CandleTable, wanted: readonly Timeframe[], count: number): number => {
  if (length === 0 || count === 0) return -Infinity;
  const ends = wanted.map((each) => {
    const begins = openOf(at[0]! as Timestamp, each);
    const first = begins < at[0]! ? begins + timeframes[each] : begins;
    return first + count * timeframes[each];
  });
  return Math.max(...ends);
};

const coarser = (fine: CandleTable, pair: string, from: Timeframe, to: Timeframe): CandleTable => {
  if (from === to) return fine;
  if (timeframes[to] < timeframes[from] || timeframes[to] % timeframes[from] !== 0)
    throw new Invalid(
      `candles of ${pair}`,
      `candles that ${to} can be made of, which the strategy needs`,
      from,
    );
  return resample(fine, from, to).candles;
};
