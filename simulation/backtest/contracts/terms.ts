/** On what terms contracts are traded in a backtest: leverage, margin, what is paid for holding them. */
import { assetsOfSymbol, isContract, isInverse, legIn } from "../../../domain/market/instrument.ts";
import { leverageRefusal, type Tier } from "../../../domain/positions/tiers.ts";
import { Invalid } from "../../../domain/values/invalid.ts";
import { format, toFloat } from "../../../domain/values/values.ts";
import type { BacktestMarket } from "../settings.ts";

/** Columns of one contract, ascending in time: rate of each funding, and the mark where it was recorded (NaN where not). */
export interface FundingRates {
  readonly at: Float64Array;
  readonly rate: Float64Array;
  readonly mark: Float64Array;
}

/** One rate every eight hours, or recorded ones by pair. */
export type Funding =
  { readonly rate: number } | { readonly recorded: ReadonlyMap<string, FundingRates>; readonly from: string };

export const marginModes = ["isolated", "cross"] as const;
export type MarginMode = (typeof marginModes)[number];

export interface ContractTerms {
  /** How many times its margin a position is worth when it is opened. */
  readonly leverage: number;
  readonly marginMode: MarginMode;
  /** Maintenance margin, in what the contracts settle in. */
  readonly tiers: readonly Tier[];
  readonly funding?: Funding | undefined;
  /** Yearly rate on what is owed, for shorts of margin accounts; a fraction. */
  readonly borrowRate?: number | undefined;
}

/** Throws `Invalid` where terms and markets do not fit one another. */
export const checkContracts = (
  terms: ContractTerms | undefined,
  markets: readonly BacktestMarket[],
): void => {
  for (const { instrument } of markets) {
    const contract = isContract(instrument.symbol);
    if (contract !== (terms !== undefined))
      throw new Invalid(
        "markets",
        terms === undefined ? "spot, or terms for contracts" : "contracts",
        instrument.symbol,
      );
    const inverse = isInverse(instrument.symbol);
    if (inverse !== (instrument.contractSize !== undefined) || instrument.contractSize === 0n)
      throw new Invalid(
        "markets",
        "contractSize, above 0, of inverse contracts and of nothing else",
        instrument.symbol,
      );
    if (contract && assetsOfSymbol(instrument.symbol).quote !== instrument.quote)
      throw new Invalid(
        "markets",
        "contracts whose quote is what they settle in",
        `${instrument.symbol}, ${instrument.quote}`,
      );
    if (inverse && (terms?.borrowRate ?? 0) !== 0)
      throw new Invalid("borrowRate", "none of inverse contracts, which owe nothing", terms?.borrowRate);
  }
  if (terms === undefined) return;
  const { leverage, tiers, funding, borrowRate = 0 } = terms;
  const refused = leverageRefusal(tiers, 0n, leverage);
  if (!(leverage >= 1) || refused !== undefined)
    throw new Invalid("leverage", `from 1 to ${tiers[0]!.leverageMax}`, leverage);
  if (!(borrowRate >= 0 && borrowRate <= 10))
    throw new Invalid("borrowRate", "a yearly fraction from 0 to 10", borrowRate);
  if (funding !== undefined && "rate" in funding && !(Math.abs(funding.rate) < 0.1))
    throw new Invalid("funding", "a rate between -0.1 and 0.1", funding.rate);
};

/** In words, for the conventions of a result. */
export const contractTexts = (
  terms: ContractTerms,
  markets: readonly BacktestMarket[],
): Readonly<Record<string, string>> => ({
  positions: `${kindText(markets)}, ${modeText(markets)}, at ${terms.leverage} times their margin`,
  margin: `${terms.marginMode}: ${tiersText(terms.tiers)}`,
  liquidation:
    "Binance's published formula, last price for mark; a stop at the liquidation price, at the open where that is worse, never beyond bankruptcy; after nearer stops, before limits; takers' fee; the market's orders end with it",
  funding: fundingText(terms.funding),
  borrowing:
    terms.borrowRate === undefined || terms.borrowRate === 0
      ? "none"
      : `${terms.borrowRate * 100} % a year on what a position owes, each begun hour, at the close`,
});

const modeText = (markets: readonly BacktestMarket[]): string =>
  markets.some(({ instrument: { symbol } }) => legIn(symbol) !== undefined)
    ? "hedge mode: a long and a short leg of each beside one another, each an instrument"
    : "net mode: long and short, from one side to the other by way of flat";

const kindText = (markets: readonly BacktestMarket[]): string => {
  const inverse = markets.flatMap(({ instrument: { symbol, contractSize } }) =>
    contractSize === undefined ? [] : [`${symbol} ${format(contractSize)}`],
  );
  return inverse.length === 0
    ? "contracts"
    : `inverse contracts that settle in ${markets[0]!.instrument.quote}, of a size of ${inverse.join(", ")}`;
};

const tiersText = (tiers: readonly Tier[]): string => {
  const [first] = tiers;
  const rate = `maintenance ${toFloat(first!.maintenanceRate) * 100} %`;
  return tiers.length === 1
    ? rate
    : `${rate} and up, ${tiers.length} tiers to ${format(tiers.at(-1)!.floor)}`;
};

const fundingText = (funding: Funding | undefined): string => {
  if (funding === undefined) return "none";
  const paid = "paid at the close at or after its time, on what is held then, longs to shorts";
  return "rate" in funding
    ? `${funding.rate} every 8 hours (00:00, 08:00, 16:00 UTC), ${paid}`
    : `recorded rates of ${funding.from}, ${paid}; at the recorded mark, else the last close`;
};
