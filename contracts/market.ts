/**
 * The market road: sequenced batches per instrument. `raw` goes from the exchange actor to the symbol actor,
 * `market` from the symbol actor to everybody who trades, records or watches.
 */
import type { ClosedCandle } from "../domain/market/candle-series.ts";
import { marketOf } from "../domain/market/instrument.ts";
import type { Depth, Quote, Trade } from "../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";

/** What the exchange actor tells of one instrument. A batch without trades only tells the time. */
export interface RawBatch {
  readonly trades: readonly Trade[];
  readonly quote?: Quote;
  readonly book?: Depth;
  /** Market time: everything before it has been told. */
  readonly at: Timestamp;
}

/** What a symbol actor tells: in this order the trades, then the candles they closed. */
export interface MarketBatch {
  readonly trades: readonly Trade[];
  readonly candles: readonly ClosedCandle[];
  readonly quote?: Quote;
  readonly book?: Depth;
  readonly at: Timestamp;
}

export const rawSubject = (instrument: InstrumentId): string => `raw.${marketOf(instrument)}`;
/** Both legs of a contract hear what is told of it. */
export const marketSubject = (instrument: InstrumentId): string => `market.${marketOf(instrument)}`;
