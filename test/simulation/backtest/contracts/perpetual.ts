/** Backtests of perpetual contracts in a few lines: the words of scripted.ts, on A/USDT:USDT. */
import { oneTier } from "../../../../domain/positions/tiers.ts";
import { asset, decimal, ONE, price, quantity, type Quantity } from "../../../../domain/values/values.ts";
import type { BacktestResult, BacktestSettings } from "../../../../simulation/backtest/backtest.ts";
import type { ContractTerms } from "../../../../simulation/backtest/contracts/terms.ts";
import { candlesOf, instrument, run, type Row, type Script } from "../scripted.ts";

/** Maintenance 1 %, no funding. */
export const TERMS: ContractTerms = {
  leverage: 1,
  marginMode: "isolated",
  tiers: oneTier(decimal("0.01")),
};

export const perpetual = (
  markets: readonly (readonly (Row | undefined)[])[],
  script: Script,
  terms: Partial<ContractTerms> = {},
  over: Partial<BacktestSettings> = {},
): BacktestResult =>
  run(markets, script, {
    markets: markets.map((rows, i) => ({
      instrument: instrument(`${"ABCDEF"[i]}/USDT:USDT`, {
        quote: instrument().quote,
        tickSize: price("0.01"),
      }),
      timeframe: "1m",
      candles: candlesOf(rows),
    })),
    contracts: { ...TERMS, ...terms },
    ...over,
  });

/** The same on inverse contracts of 100, A/USD:A, from a balance of 10 A; whole contracts in exact accounting. */
export const inverse = (
  markets: readonly (readonly (Row | undefined)[])[],
  script: Script,
  terms: Partial<ContractTerms> = {},
  over: Partial<BacktestSettings> = {},
): BacktestResult =>
  perpetual(markets, script, terms, {
    markets: markets.map((rows, i) => ({
      instrument: instrument(["A/USD:A", "A/EUR:A"][i], {
        ...{ quote: asset("A"), lotSize: ONE as Quantity, quantityMin: ONE as Quantity },
        ...{ contractSize: quantity("100"), tickSize: price("0.01") },
      }),
      timeframe: "1m",
      candles: candlesOf(rows),
    })),
    startingBalance: 10,
    ...over,
  });

/** Candles that stand still at these prices. */
export const flat = (...prices: readonly number[]): readonly Row[] => prices.map((at) => [at, at, at, at]);

/** Aims by candle: `{ 0: -1, 5: 0 }`. */
export const aims = (wishes: Readonly<Record<number, number>>): Script => ({
  onCandle: ({ k }, desk) => {
    const wish = wishes[k];
    if (wish !== undefined) desk.aim(0, wish, wish === 0 ? "out" : "in");
  },
});
