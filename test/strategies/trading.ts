/** Runs traders over candles the way an actor does, and keeps what they decided at each candle. */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { parseInstrument } from "../../domain/market/parse.ts";
import { type Ask, TraderDesk } from "../../domain/strategy/desk.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { timestamp } from "../../domain/values/values.ts";

export const instrument: Instrument = parseInstrument({
  venue: "sandbox",
  symbol: "BTC/USDT",
  base: "BTC",
  quote: "USDT",
  tickSize: "0.01",
  lotSize: "0.00001",
  quantityMin: "0.00001",
  quantityMax: 0,
  notionalMin: 5,
  makerBps: 10,
  takerBps: 10,
  status: "trading",
});

export const startTrader = (strategy: Strategy, raw: unknown, instruments = 1): Trader =>
  strategy.start(
    parseParams(strategy, raw),
    Array.from({ length: instruments }, () => instrument),
  );

export const candleAt = (index: number, close: number): Candle => ({
  openAt: timestamp(1_600_000_020_000 + index * 60_000),
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  trades: 1,
  final: true,
});

/** What was asked at each candle, instruments in turn: closes[index][i]. */
export const decisions = (
  trader: Trader,
  closes: readonly (readonly number[])[],
  timeframe: Timeframe = "1m",
): (readonly Ask[])[] => {
  const desk = new TraderDesk(closes[0]?.length ?? 1);
  return closes.map((row, index) => {
    for (const [i, close] of row.entries()) trader.onCandle(candleAt(index, close), i, timeframe, desk);
    return desk.take();
  });
};

/** `index:exposure` of every aim of one instrument. */
export const aims = (trader: Trader, closes: readonly number[], timeframe: Timeframe = "1m"): string[] =>
  decisions(
    trader,
    closes.map((close) => [close]),
    timeframe,
  ).flatMap((asks, index) =>
    asks.map((ask) => (ask.type === "aim" ? `${index}:${ask.exposure} ${ask.reason}` : ask.type)),
  );
