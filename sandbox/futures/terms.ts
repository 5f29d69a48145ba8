/**
 * The terms on which futures are traded at the sandbox: what funding costs, and the tiers of margin and leverage. The tiers that
 * are taken where none are given have the shape of Binance's for its largest contracts.
 */
import { parseTiers, type Tier } from "../../domain/positions/tiers.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { decimal, ONE, type Decimal } from "../../domain/values/values.ts";

export interface FuturesOptions {
  /** Paid every eight hours of market time by longs to shorts, of the position's worth; below zero the other way. Default "0.0001". */
  readonly fundingRate?: string | undefined;
  /** Of every contract, as Binance's leverageBracket tells them. */
  readonly tiers?: unknown;
}

export interface FuturesTerms {
  readonly fundingRate: Decimal;
  readonly tiers: readonly Tier[];
}

/** [notionalFloor, maintMarginRatio, initialLeverage] */
const usual: readonly (readonly [number, number, number])[] = [
  [0, 0.004, 125],
  [50_000, 0.005, 100],
  [600_000, 0.01, 75],
  [3_000_000, 0.015, 50],
  [12_000_000, 0.02, 25],
  [70_000_000, 0.025, 20],
  [100_000_000, 0.05, 10],
  [230_000_000, 0.1, 5],
  [480_000_000, 0.125, 4],
  [600_000_000, 0.15, 3],
  [800_000_000, 0.25, 2],
  [1_200_000_000, 0.5, 1],
];

/** Throws `Invalid` naming the field. */
export const futuresTerms = ({ fundingRate = "0.0001", tiers }: FuturesOptions): FuturesTerms => {
  const rate = decimal(fundingRate, "futures.fundingRate");
  if (rate <= -ONE || rate >= ONE) throw new Invalid("futures.fundingRate", "between -1 and 1", fundingRate);
  const rows = usual.map(([notionalFloor, maintMarginRatio, initialLeverage]) => ({
    notionalFloor,
    maintMarginRatio,
    initialLeverage,
  }));
  return { fundingRate: rate, tiers: parseTiers(tiers ?? rows, "futures.tiers") };
};
