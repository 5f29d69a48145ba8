/** Markets for tests of strategies, genomes out of declared ranges, and backtests over them in one call. */
import fc from "fast-check";
import { CandleTable } from "../../domain/history/candle-table.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Gene, Params, Strategy } from "../../domain/strategy/strategy.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { oneTier } from "../../domain/positions/tiers.ts";
import { Chance } from "../../domain/values/chance.ts";
import { decimal, price } from "../../domain/values/values.ts";
import { backtest, type BacktestResult, type BacktestSettings } from "../../simulation/backtest/backtest.ts";
import type { ContractTerms } from "../../simulation/backtest/contracts/terms.ts";
import { instrument, MINUTE, START } from "../simulation/backtest/scripted.ts";

/** Parameters with which a strategy trades often enough to be looked at. */
export const lively: Readonly<Record<string, Params>> = {
  "dca-timetable": { every: 60, takeProfit: 0.5, times: 5 },
  composite: { enter: "rsi(14) < 40; close < ema(20)", exit: "5m: close > ema(5)" },
  pairs: { hedge: "kalman", length: 60, entry: 1.5, stop: 0 },
  "dca-ladder": { deviation: 0.3, takeProfit: 0.3 },
};

/** A table of candles with these closes, each opening at the close before; wicks reach `wick` of the price further. */
export const candlesOf = (closes: readonly number[], wick = 0): CandleTable => {
  const table = new CandleTable(closes.length);
  closes.forEach((close, k) => {
    const open = closes[k - 1] ?? close;
    const high = Math.max(open, close) * (1 + wick);
    const low = Math.min(open, close) * (1 - wick);
    table.push(START + k * MINUTE, open, high, low, close, 1_000, 10);
  });
  return table;
};

/** A walk of a lively market: calm and wild stretches, jumps now and then, pulled back towards 100. */
export const walk = (seed: number | string, length: number): number[] => {
  const chance = new Chance(seed);
  let log = 0;
  return Array.from({ length }, (_, k) => {
    const wild = Math.floor(k / 50) % 3 === 0 ? 0.008 : 0.002;
    log += (chance.next() + chance.next() - 1) * wild * 2 - 0.01 * log;
    if (chance.next() < 0.005) log += (chance.next() - 0.5) * 0.2;
    return 100 * Math.exp(log);
  });
};

/** Without leverage and funding; maintenance 1 %. */
export const perpetuals: ContractTerms = {
  leverage: 1,
  marginMode: "isolated",
  tiers: oneTier(decimal("0.01")),
};

export interface Run extends Partial<BacktestSettings> {
  readonly tables: readonly CandleTable[];
  /** Of the instruments, where it is not usual. */
  readonly of?: Partial<Instrument>;
}

/** Without fees unless told, in doubles, with 1,000 at the start; of contracts where there are terms. `raw`: those parameters that are not defaults. */
export const runOn = (strategy: Strategy, raw: Params, { tables, of, ...over }: Run): BacktestResult =>
  backtest({
    strategy,
    params: parseParams(strategy, raw),
    markets: tables.map((candles, i) => ({
      instrument: instrument(`${"ABCDEF"[i]}/USDT${over.contracts === undefined ? "" : ":USDT"}`, {
        quote: instrument().quote,
        tickSize: price("0.00000001"),
        ...of,
      }),
      timeframe: "1m",
      candles,
    })),
    convention: "next-open",
    accounting: "float",
    startingBalance: 1_000,
    makerBps: 0,
    takerBps: 0,
    slippage: { model: "none" },
    seed: 1,
    ...over,
  });

/** Any value that the gene allows: numbers from the whole range, or small ones, that a short history warms up. */
const anyAllele = (gene: Gene): fc.Arbitrary<number | boolean | string> => {
  if (gene.kind === "flag") return fc.boolean();
  if (gene.kind === "text") return fc.constant(gene.default);
  if (gene.kind === "choice") return fc.constantFrom(...gene.choices);
  const { min, max, step = gene.kind === "integer" ? 1 : 0 } = gene;
  if (step === 0)
    return fc.oneof(fc.double({ min, max, noNaN: true }), fc.constantFrom(min, max, gene.default));
  const steps = Math.floor((max - min) / step + 1e-9);
  return fc
    .oneof(fc.integer({ min: 0, max: steps }), fc.integer({ min: 0, max: Math.min(20, steps) }))
    .map((taken) => Number((min + taken * step).toPrecision(12)));
};

/** Any genome in the declared ranges that the strategy's own rule allows, on candles of a minute. */
export const anyParams = (strategy: Strategy): fc.Arbitrary<Params> =>
  fc
    .record(Object.fromEntries(Object.entries(strategy.genes).map(([name, gene]) => [name, anyAllele(gene)])))
    .map((params) => ("timeframe" in params ? { ...params, timeframe: "1m" } : params))
    .filter((params) => strategy.impossible?.(params) === undefined);

/** Where the price jumps within a candle, an answer to a fill may come beyond the collar: it is asked for anew. */
export const withoutJumps = (refusals: BacktestResult["refusals"]): BacktestResult["refusals"] =>
  Object.fromEntries(Object.entries(refusals).filter(([rule]) => rule !== "price-collar"));
