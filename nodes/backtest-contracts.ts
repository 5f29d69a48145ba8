/** What a backtest of contracts is asked for on the command line, made into its terms; spot candles are taken for the contract's. */
import { readFileSync } from "node:fs";
import { instrumentId, isContract } from "../domain/market/instrument.ts";
import { oneTier, parseTiers, type Tier } from "../domain/positions/tiers.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { fromFloat } from "../domain/values/values.ts";
import type { BacktestMarket } from "../simulation/backtest/backtest.ts";
import type { ContractTerms, MarginMode } from "../simulation/backtest/contracts/terms.ts";
import { readFundingRates } from "./funding-rates.ts";

export interface ContractChoice {
  readonly leverage: number;
  readonly marginMode: MarginMode;
  /** A rate for every eight hours, or a file of recorded ones. */
  readonly funding?: string | undefined;
  /** Percent a year on what a position owes. */
  readonly borrowRate?: number | undefined;
  /** Percent of the notional, or a file of tiers. */
  readonly maintenance: string;
}

export const contractMarkets = (
  choice: ContractChoice,
  spot: readonly BacktestMarket[],
): {
  readonly markets: readonly BacktestMarket[];
  readonly terms: ContractTerms;
  readonly notes: readonly string[];
} => {
  const markets = spot.map((market) => ({ ...market, instrument: contractOf(market.instrument) }));
  const pairs = markets.map(({ instrument }) => instrument.symbol);
  const { funding, notes } = fundingOf(choice.funding, pairs);
  return {
    markets,
    terms: {
      leverage: choice.leverage,
      marginMode: choice.marginMode,
      tiers: tiersOf(choice.maintenance),
      ...(funding && { funding }),
      ...(choice.borrowRate === undefined ? {} : { borrowRate: choice.borrowRate / 100 }),
    },
    notes,
  };
};

const contractOf = (instrument: BacktestMarket["instrument"]): BacktestMarket["instrument"] => {
  if (isContract(instrument.symbol)) return instrument;
  const symbol = `${instrument.symbol}:${instrument.quote}`;
  return { ...instrument, symbol, id: instrumentId(instrument.venue, symbol) };
};

const fundingOf = (
  text: string | undefined,
  pairs: readonly string[],
): { readonly funding?: ContractTerms["funding"]; readonly notes: readonly string[] } => {
  if (text === undefined) return { notes: [] };
  const rate = text.trim() === "" ? NaN : Number(text);
  if (!Number.isNaN(rate)) return { funding: { rate }, notes: [] };
  const { recorded, missing } = readFundingRates(text, pairs);
  if (recorded.size === 0) throw new Invalid("--funding", `rates of ${pairs.join(", ")}`, text);
  return {
    funding: { recorded, from: text },
    notes: missing.map((pair) => `${text}: no funding rates of ${pair}, none are paid`),
  };
};

const tiersOf = (text: string): readonly Tier[] => {
  const percent = text.trim() === "" ? NaN : Number(text);
  if (!Number.isNaN(percent)) {
    if (!(percent > 0 && percent < 50)) throw new Invalid("--maintenance", "percent above 0, below 50", text);
    return oneTier(fromFloat(percent) / 100n);
  }
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(text, "utf8"));
  } catch (error) {
    throw new Invalid(
      "--maintenance",
      `percent, or a JSON file of tiers (${(error as Error).message})`,
      text,
    );
  }
  return parseTiers(raw, text);
};
