/** Any strategy beside a witness of the candles that it is told: what it notes is saved with the trader, so that it spans moves and crashes. */
import { timeframes } from "../../domain/market/candle.ts";
import type { Saved, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { readObject } from "../../domain/values/read.ts";

/** The breaks of a witness, out of a trader's state. */
export const breaksOf = (state: Saved): readonly string[] => state["breaks"] as readonly string[];

export const witnessed = (strategy: Strategy): Strategy => ({
  ...strategy,
  start: (params, market) => {
    const trader = strategy.start(params, market);
    let last: Record<string, number> = {};
    let breaks: string[] = [];
    const seen: Trader = {
      onCandle: (candle, i, timeframe, desk) => {
        const key = `${i} ${timeframe}`;
        const before = last[key];
        if (before !== undefined && candle.openAt !== before + timeframes[timeframe])
          breaks.push(`${key}: ${candle.openAt} after ${before}`);
        last[key] = candle.openAt;
        trader.onCandle(candle, i, timeframe, desk);
      },
      save: () => ({ trader: trader.save(), last: { ...last }, breaks: [...breaks] }),
      load: (saved) => {
        trader.load(readObject(saved["trader"], "saved.trader"));
        last = { ...(saved["last"] as Record<string, number>) };
        breaks = [...(saved["breaks"] as readonly string[])];
      },
    };
    if (trader.onTrade !== undefined) seen.onTrade = (trade, i, desk) => trader.onTrade!(trade, i, desk);
    if (trader.onQuote !== undefined) seen.onQuote = (quote, i, desk) => trader.onQuote!(quote, i, desk);
    if (trader.onBook !== undefined) seen.onBook = (book, i, desk) => trader.onBook!(book, i, desk);
    if (trader.onOrder !== undefined) seen.onOrder = (update, desk) => trader.onOrder!(update, desk);
    if (trader.onTimer !== undefined) seen.onTimer = (at, desk) => trader.onTimer!(at, desk);
    return seen;
  },
});
