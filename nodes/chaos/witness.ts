/**
 * Any strategy beside a witness of the candles that it is told: each follows the one before, and a coarser one is what the finer ones told before
 * it make up. What it notes is saved with the trader, so that it spans moves and crashes.
 */
import { type Candle, openOf, type Timeframe, timeframes } from "../../domain/market/candle.ts";
import type { Saved, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { readObject } from "../../domain/values/read.ts";

/** The breaks of a witness, out of a trader's state. */
export const breaksOf = (state: Saved): readonly string[] => state["breaks"] as readonly string[];

/** Coarser candles in the making that are remembered; of those told, none is. */
const MAKING_MAX = 500;

/** What finer candles make of a coarser one: open, high, low, close. */
type Made = readonly [from: number, open: number, high: number, low: number, close: number];

/** With the next of the finer ones. */
const joined = (made: Made | undefined, { openAt, open, high, low, close }: Candle): Made =>
  made === undefined
    ? [openAt, open, high, low, close]
    : [made[0], made[1], Math.max(made[2], high), Math.min(made[3], low), close];

export const witnessed = (strategy: Strategy): Strategy => ({
  ...strategy,
  start: (params, market) => {
    const trader = strategy.start(params, market);
    let last: Record<string, number> = {};
    let breaks: string[] = [];
    let making: Record<string, Made> = {};
    const [finest, ...coarser] = [...new Set(strategy.needs(params).timeframes)].sort(
      (a, b) => timeframes[a] - timeframes[b],
    );
    const addTo = (frames: readonly Timeframe[], candle: Candle, i: number): void => {
      for (const frame of frames) {
        const key = `${i} ${frame} ${openOf(candle.openAt, frame)}`;
        making[key] = joined(making[key], candle);
      }
      const keys = Object.keys(making);
      if (keys.length > MAKING_MAX)
        making = Object.fromEntries(Object.entries(making).slice(-MAKING_MAX / 2));
    };
    const look = ({ openAt, open, high, low, close }: Candle, key: string): void => {
      const made = making[`${key} ${openAt}`];
      // Else it had begun before the first finer one.
      if (made?.[0] === openAt && String(made) !== String([openAt, open, high, low, close]))
        breaks.push(`${key}: ${openAt} is ${String([open, high, low, close])}, its parts ${String(made)}`);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete making[`${key} ${openAt}`];
    };
    const seen: Trader = {
      onCandle: (candle, i, timeframe, desk) => {
        const key = `${i} ${timeframe}`;
        const before = last[key];
        if (before !== undefined && candle.openAt !== before + timeframes[timeframe])
          breaks.push(`${key}: ${candle.openAt} after ${before}`);
        last[key] = candle.openAt;
        if (timeframe === finest) addTo(coarser, candle, i);
        else look(candle, key);
        trader.onCandle(candle, i, timeframe, desk);
      },
      save: () => ({ trader: trader.save(), last: { ...last }, breaks: [...breaks], making: { ...making } }),
      load: (saved) => {
        trader.load(readObject(saved["trader"], "saved.trader"));
        last = { ...(saved["last"] as Record<string, number>) };
        breaks = [...(saved["breaks"] as readonly string[])];
        making = { ...(saved["making"] as Record<string, Made>) };
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
