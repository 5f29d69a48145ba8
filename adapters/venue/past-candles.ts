/** Candles asked of a venue by REST, page by page. */
import { openOf, timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { Link } from "./link.ts";
import { candlesOf } from "./mapping.ts";

const PAGE = 1_000;

export interface CandleRange {
  /** As ccxt spells it. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Of the first one's opening, ms. */
  readonly since: Timestamp;
  readonly limit: number;
}

/** Final ones, oldest first. */
export const closedCandles = async (link: Link, range: CandleRange): Promise<readonly Candle[]> => {
  const { symbol, timeframe, since, limit } = range;
  const exchange = await link.ready();
  const found: Candle[] = [];
  for (let from: number = since; found.length < limit;) {
    const wanted = Math.min(PAGE, limit - found.length);
    const rows = await link.guard.read("public", () => exchange.fetchOHLCV(symbol, timeframe, from, wanted));
    const closed = candlesOf(rows, timeframe, link.now());
    for (const candle of closed) if (candle.openAt >= from && found.length < limit) found.push(candle);
    const last = closed.at(-1);
    if (last === undefined || closed.length < rows.length || rows.length < wanted) break;
    from = last.openAt + timeframes[timeframe];
  }
  return found;
};

/** The one that is open, as it stands now; undefined before anything traded in it. */
export const openCandle = async (
  link: Link,
  symbol: string,
  timeframe: Timeframe,
): Promise<Candle | undefined> => {
  const exchange = await link.ready();
  const since = openOf(link.now(), timeframe);
  const rows = await link.guard.read("public", () => exchange.fetchOHLCV(symbol, timeframe, since, 1));
  const found = candlesOf(rows, timeframe, Infinity).findLast(({ openAt }) => openAt >= since);
  return found === undefined ? undefined : { ...found, final: false };
};
