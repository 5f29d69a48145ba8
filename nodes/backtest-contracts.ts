/** What a backtest of contracts is asked for on the command line, made into its terms; spot candles are taken for the contract's. */
import { readFileSync } from "node:fs";
import { checkFunding } from "../domain/history/check-funding.ts";
import { timeframes } from "../domain/market/candle.ts";
import {
  assetsOfSymbol,
  instrumentId,
  isContract,
  isInverse,
  legNames,
  legOfContract,
  legSymbol,
} from "../domain/market/instrument.ts";
import { HOUR_MS } from "../domain/positions/borrowing.ts";
import { FUNDING_INTERVAL_MS } from "../domain/positions/funding.ts";
import { oneTier, parseTiers, type Tier } from "../domain/positions/tiers.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { fromFloat, quantity } from "../domain/values/values.ts";
import type { BacktestMarket } from "../simulation/backtest/backtest.ts";
import type { ContractTerms, Funding, MarginMode } from "../simulation/backtest/contracts/terms.ts";
import type { PositionMode } from "./contract-terms.ts";
import { readFundingRates } from "./funding-rates.ts";

export interface ContractChoice {
  /** Inverse contracts, and what one is worth at any price, as a decimal; absent: linear ones. */
  readonly inverse?: string | undefined;
  /** Whether each pair is one position, or in hedge mode a long and a short one. Absent: net. */
  readonly positionMode?: PositionMode | undefined;
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
  const { funding, notes } = fundingOf(choice.funding, pairs, markets);
  const hedged = choice.positionMode === "hedge";
  return {
    markets: hedged ? markets.flatMap(legsOf) : markets,
    terms: {
      leverage: choice.leverage,
      marginMode: choice.marginMode,
      tiers: tiersOf(choice.maintenance),
      ...(funding && { funding: hedged ? fundingOfLegs(funding) : funding }),
      ...(choice.borrowRate === undefined ? {} : { borrowRate: choice.borrowRate / 100 }),
    },
    notes,
  };
};

/** The long leg, then the short one, on the same candles. */
const legsOf = (market: BacktestMarket): readonly BacktestMarket[] =>
  legNames.map((leg) => ({ ...market, instrument: legOfContract(market.instrument, leg) }));

const fundingOfLegs = (funding: Funding): Funding =>
  "rate" in funding
    ? funding
    : {
        ...funding,
        recorded: new Map(
          [...funding.recorded].flatMap(([pair, rates]) =>
            legNames.map((leg) => [legSymbol(pair, leg), rates] as const),
          ),
        ),
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
  markets: readonly BacktestMarket[],
): { readonly funding?: ContractTerms["funding"]; readonly notes: readonly string[] } => {
  if (text === undefined) return { notes: [] };
  const rate = text.trim() === "" ? NaN : Number(text);
  if (!Number.isNaN(rate)) return { funding: { rate }, notes: [] };
  const { recorded, missing } = readFundingRates(text, pairs);
  if (recorded.size === 0) throw new Invalid("--funding", `rates of ${pairs.join(", ")}`, text);
  return {
    funding: { recorded, from: text },
    notes: [
      ...missing.map((pair) => `${text}: no funding rates of ${pair}, none are paid`),
      ...markets.flatMap((market) => {
        const rates = recorded.get(market.instrument.symbol);
        return rates === undefined ? [] : doubtsOf(`${text}: ${market.instrument.symbol}`, rates.at, market);
      }),
    ],
  };
};

/** Payments that the file may lack, of the time of the candles. */
const doubtsOf = (
  name: string,
  at: Float64Array,
  { candles, timeframe }: BacktestMarket,
): readonly string[] => {
  const [first, last] = [candles.at[0]!, candles.at[candles.length - 1]! + timeframes[timeframe]];
  const near = at.filter((time) => time > first - DAY_MS && time < last + DAY_MS);
  if (near.length === 0) return [`${name}: no funding times while there are candles; none are paid`];
  const { findings, missing, interval } = checkFunding(near, { placesMax: 1 });
  const every = `${interval / HOUR_MS} hours`;
  const notes = findings.map(({ kind, count, first }) =>
    kind === "gap"
      ? `${name}: ${missing} funding times missing in ${count} gaps, the first at ${iso(first[0]!.at)}; none are paid there`
      : `${name}: ${count} funding times off the grid of ${every}, the first at ${iso(first[0]!.at)}; paid as told`,
  );
  if (interval !== 0 && interval !== FUNDING_INTERVAL_MS) notes.push(`${name}: funding times every ${every}`);
  const step = Math.max(interval, HOUR_MS);
  const early = Math.floor((at[0]! - first - 1) / step);
  const late = Math.floor((last - at.at(-1)!) / step);
  if (early > 0) notes.push(`${name}: no funding times before ${iso(at[0]!)}; none are paid there`);
  if (late > 0) notes.push(`${name}: no funding times after ${iso(at.at(-1)!)}; none are paid there`);
  return notes;
};

const DAY_MS = 24 * HOUR_MS;

const iso = (at: number): string => new Date(at).toISOString();

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
