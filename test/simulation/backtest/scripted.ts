/** Backtests in a few lines: candles as rows, and a strategy that does at each candle what a script says. */
import { CandleTable } from "../../../domain/history/candle-table.ts";
import type { Candle, Timeframe } from "../../../domain/market/candle.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import type { Desk, OrderUpdate, Strategy } from "../../../domain/strategy/strategy.ts";
import {
  asset,
  type InstrumentId,
  money,
  price,
  quantity,
  type VenueId,
} from "../../../domain/values/values.ts";
import {
  backtest,
  type BacktestResult,
  type BacktestSettings,
} from "../../../simulation/backtest/backtest.ts";

export const MINUTE = 60_000;
/** A Monday, 00:00 UTC. */
export const START = 1_609_718_400_000;

export type Row = readonly [open: number, high: number, low: number, close: number, volume?: number];

export const instrument = (symbol = "A/USDT", over: Partial<Instrument> = {}): Instrument => ({
  id: `x:${symbol}` as InstrumentId,
  venue: "x" as VenueId,
  symbol,
  base: asset(symbol.split("/")[0]!),
  quote: asset(symbol.split("/")[1]!),
  tickSize: price("0.01"),
  lotSize: quantity("0.00000001"),
  quantityMin: quantity("0.00000001"),
  quantityMax: quantity("0"),
  notionalMin: money("0"),
  makerBps: 0,
  takerBps: 0,
  status: "trading",
  ...over,
});

/** One a minute; undefined is a minute without a candle. */
export const candlesOf = (rows: readonly (Row | undefined)[], span = MINUTE): CandleTable => {
  const table = new CandleTable(rows.length);
  rows.forEach((row, k) => {
    if (row !== undefined) table.push(START + k * span, row[0], row[1], row[2], row[3], row[4] ?? 1_000, 0);
  });
  return table;
};

export interface Told {
  readonly at: number;
  readonly i: number;
  readonly timeframe: Timeframe;
  readonly candle: Candle;
  readonly equity: number;
}

/** `k`: how many candles were handed over before. */
export interface Script {
  onCandle?(told: Told & { readonly k: number }, desk: Desk): unknown;
  onOrder?(update: OrderUpdate, desk: Desk): void;
  onTimer?(at: number, desk: Desk): void;
  readonly timeframes?: readonly Timeframe[];
  readonly warmupCandles?: number;
}

export const scripted = (script: Script): { readonly strategy: Strategy; readonly told: Told[] } => {
  const told: Told[] = [];
  const strategy: Strategy = {
    name: "scripted",
    about: "Does what a test says.",
    genes: {},
    needs: () => ({ timeframes: script.timeframes ?? ["1m"], warmupCandles: script.warmupCandles ?? 0 }),
    start: () => ({
      onCandle: (candle, i, timeframe, desk) => {
        // The view is used again: what is kept is a copy.
        const copy = { ...candle };
        told.push({ at: desk.now, i, timeframe, candle: copy, equity: desk.equity });
        script.onCandle?.({ ...told.at(-1)!, k: told.length - 1 }, desk);
      },
      onOrder: (update, desk) => script.onOrder?.(update, desk),
      onTimer: (at, desk) => script.onTimer?.(at, desk),
      save: () => ({}),
      load: () => undefined,
    }),
  };
  return { strategy, told };
};

export const run = (
  rows: readonly (Row | undefined)[] | readonly (readonly (Row | undefined)[])[],
  script: Script,
  over: Partial<BacktestSettings> = {},
  tickSize = "0.01",
): BacktestResult & { readonly told: readonly Told[] } => {
  const { strategy, told } = scripted(script);
  const several = Array.isArray(rows[0]?.[0]);
  const all = (several ? rows : [rows]) as readonly (readonly (Row | undefined)[])[];
  const result = backtest({
    strategy,
    params: {},
    markets: all.map((each, i) => ({
      instrument: instrument(`${"ABCDEF"[i]}/USDT`, { tickSize: price(tickSize) }),
      timeframe: "1m",
      candles: candlesOf(each),
    })),
    convention: "next-open",
    accounting: "exact",
    startingBalance: 1_000,
    makerBps: 0,
    takerBps: 0,
    slippage: { model: "none" },
    seed: 1,
    ...over,
  });
  return { ...result, told };
};
