/** What a backtest of contracts is asked for on the command line, made into its terms; spot candles are taken for the contract's. */
import { readFileSync } from "node:fs";
import { assetsOfSymbol, instrumentId, isContract, isInverse } from "../domain/market/instrument.ts";
import { oneTier, parseTiers, type Tier } from "../domain/positions/tiers.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { fromFloat, quantity } from "../domain/values/values.ts";
import type { BacktestMarket } from "../simulation/backtest/backtest.ts";
import type { ContractTerms, MarginMode } from "../simulation/backtest/contracts/terms.ts";
import { readFundingRates } from "./funding-rates.ts";

export interface ContractChoice {
  /** Inverse contracts, and what one is worth at any price, as a decimal; absent: linear ones. */
  readonly inverse?: string | undefined;
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
  const markets = spot.map((market) => ({ ...market, instrument: contractOf(choice, market.instrument) }));
  const settle = new Set(markets.map(({ instrument }) => instrument.quote));
  if (settle.size > 1)
    throw new Invalid("--pairs", "contracts that settle in one asset", [...settle].join(", "));
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

type Instrument = BacktestMarket["instrument"];

/** "BTC/USD" is taken for "BTC/USD:BTC" where inverse ones are asked for, else for "BTC/USD:USD". */
const contractOf = ({ inverse }: ContractChoice, instrument: Instrument): Instrument => {
  const { base, quote, venue } = instrument;
  const symbol = isContract(instrument.symbol)
    ? instrument.symbol
    : `${instrument.symbol}:${inverse === undefined ? quote : base}`;
  const contract = {
    ...instrument,
    symbol,
    id: instrumentId(venue, symbol),
    quote: assetsOfSymbol(symbol).quote,
  };
  if (isInverse(symbol) !== (inverse !== undefined))
    throw new Invalid(
      "--inverse",
      inverse === undefined ? `the size of ${symbol}` : "none beside linear contracts",
      symbol,
    );
  if (inverse === undefined) return contract;
  const contractSize = quantity(inverse, "--inverse");
  if (contractSize <= 0n) throw new Invalid("--inverse", "what one contract is worth, above 0", inverse);
  return { ...contract, contractSize };
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
