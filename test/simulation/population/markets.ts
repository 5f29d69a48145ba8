/** Random markets, costs and parameter sets for populations. */
import fc from "fast-check";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { Chance } from "../../../domain/values/chance.ts";
import type { PullbackParams } from "../../../strategies/trend-pullback.ts";
import { START } from "../backtest/scripted.ts";

/** A walk with trends, gaps between candles, missing candles, still stretches and now and then a crash. */
export const walk = (seed: number, count: number, span: number, wildness: number): CandleTable => {
  const chance = new Chance(seed);
  const table = new CandleTable(count);
  let price = 100;
  let drift = 0;
  let still = 0;
  for (let k = 0; k < count; k += 1) {
    if (k % 60 === 0) drift = 0.002 * chance.gaussian();
    if (chance.next() < 0.005) still = 40;
    const size = still-- > 0 ? 0 : wildness;
    const crash = chance.next() < 0.002 * wildness ? 0.5 : 1;
    const open = price * (1 + 0.3 * size * 0.01 * chance.gaussian()) * crash;
    const close = open * Math.exp(size * (drift + 0.01 * chance.gaussian()));
    const high = Math.max(open, close) * (1 + 0.004 * size * chance.next());
    const low = Math.min(open, close) * (1 - 0.004 * size * chance.next());
    price = Math.max(1e-3, close);
    if (chance.next() < 0.02) continue;
    table.push(START + k * span, open, high, low, close, 10, 0);
  }
  return table;
};

export const anySet = (exposure: fc.Arbitrary<number>): fc.Arbitrary<PullbackParams> =>
  fc
    .record({
      fast: fc.integer({ min: 2, max: 20 }),
      apart: fc.integer({ min: 1, max: 60 }),
      rsi: fc.integer({ min: 2, max: 30 }),
      ceiling: fc.double({ min: 40, max: 100, noNaN: true }),
      atr: fc.integer({ min: 2, max: 30 }),
      distance: fc.double({ min: 0.5, max: 10, noNaN: true }),
      exposure,
    })
    .map(({ apart, ...set }) => ({ ...set, slow: set.fast + apart, timeframe: "1m" }));

export const anyCosts = fc.record({
  startingBalance: fc.constantFrom(1_000, 37.123),
  makerBps: fc.constantFrom(0, 20),
  takerBps: fc.constantFrom(0, 7.5, 40),
  slippage: fc.constantFrom(
    { model: "none" } as const,
    { model: "bps", bps: 3 } as const,
    { model: "spread", bps: 5 } as const,
  ),
});

export const spans = { "1m": 60_000, "1h": 3_600_000 } as const;
