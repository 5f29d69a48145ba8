/**
 * What a report is made of: the trades and the equity of a backtest, and what one must know to read them. The engine's result
 * fits it as it is, and so does what was read back from a file.
 */
import type { Numbers } from "../performance/moments.ts";
import type { TradeResult } from "../performance/trade-metrics.ts";
import { worthAt } from "../performance/turnover.ts";

/** One round trip, from flat to flat, or what was still open at the end (`exitReason` "force_exit"). */
export interface ReportedTrade extends TradeResult {
  readonly pair: string;
  readonly side: "long" | "short";
  readonly tag: string;
  readonly exitReason: string;
  /** Average prices, in quote. */
  readonly openPrice: number;
  readonly closePrice: number;
  /** Base units, above 0. */
  readonly quantity: number;
  /** Of inverse contracts: what one is worth at any price; quantity is in contracts then, and amounts are coins. */
  readonly contractSize?: number;
  /** In quote; the profit has them taken off already. */
  readonly fees: number;
}

export interface Equity {
  /** Ms, rising: the close of each candle. */
  readonly at: Numbers;
  /** In quote: cash and positions at their marks. */
  readonly value: Numbers;
}

export interface ReportedMarket {
  readonly pair: string;
  /** Last close over first close, minus 1; null where the candles are not known. */
  readonly change: number | null;
}

export interface ReportedBacktest {
  readonly strategy: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly conventions: Readonly<Record<string, string>>;
  readonly quote: string;
  /** Of the candles; where there are none, what there was instead: "order books". */
  readonly timeframe: string;
  readonly startingBalance: number;
  /** Ms: open of the first candle that could be traded, close of the last. */
  readonly from: number;
  readonly to: number;
  readonly markets: readonly ReportedMarket[];
  readonly trades: readonly ReportedTrade[];
  readonly equity: Equity;
  /** Orders that were refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** SHA-256 of the canonical list of orders; "" where it is not known. */
  readonly orderListHash: string;
}

/** What a trade cost to open, in quote. */
export const stakeOf = (trade: ReportedTrade): number => worthAt(trade, trade.openPrice);

/** When a trade was closed, for calendars: the end of the data, midnight most often, belongs to the day that it ends. */
export const closedOn = ({ closeAt }: ReportedTrade, to: number): number => Math.min(closeAt, to - 1);

/** Closed by the end of the test and not by the strategy. */
export const isLeftOpen = ({ exitReason }: ReportedTrade): boolean => exitReason === "force_exit";
