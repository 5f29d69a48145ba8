/** One instrument's market: candles of every timeframe, the last trade and quote. What it learns leaves on the market road. */
import * as v from "valibot";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import type { Depth, Quote, Trade } from "../domain/market/tick.ts";
import type { Timestamp } from "../domain/values/values.ts";
import { contract, nothing, query } from "./contract.ts";
import { parser, timeframeName, timeMs } from "./parsers.ts";

export interface HistoryWanted {
  readonly timeframe: Timeframe;
  /** Final candles wanted; the newest of them. */
  readonly limit: number;
  /** Only candles that open after this. */
  readonly after?: Timestamp | undefined;
  /**
   * Only candles that open before this: who asks knows of one that opens here. Refused (NOT_HERE) until nothing before it is
   * lacking, as it may at a symbol that its venue's messages do not reach.
   */
  readonly before?: Timestamp | undefined;
}

export interface SymbolView {
  readonly instrument: Instrument;
  readonly last: Trade | undefined;
  readonly quote: Quote | undefined;
  readonly trades: number;
  readonly candles: number;
  /** Trades refused as nonsense or repeated. */
  readonly refused: number;
  readonly gaps: number;
  readonly at: Timestamp;
}

const historyWanted = parser(
  v.object({
    timeframe: timeframeName,
    limit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5_000)),
    after: v.optional(timeMs),
    before: v.optional(timeMs),
  }),
);

export const SymbolContract = contract({
  kind: "symbol",
  answers: {
    history: query<HistoryWanted, readonly Candle[]>(historyWanted),
    /** The last of each; a book only where a strategy needs it. */
    book: query<void, { readonly book?: Depth | undefined; readonly quote?: Quote | undefined }>(nothing),
    inspect: query<void, SymbolView>(nothing),
  },
  tells: {},
});
