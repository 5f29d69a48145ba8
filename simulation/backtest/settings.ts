/** What a backtest is run with, and what comes of it. Prices and amounts are doubles in quote and base units, times ms. */
import type { CandleTable } from "../../domain/history/candle-table.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { Limits } from "../../domain/risk/limits.ts";
import type { RiskPlan } from "../../domain/risk/plan.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import type { Side, Timestamp } from "../../domain/values/values.ts";
import type { ContractTerms } from "./contracts/terms.ts";
import type { Slippage } from "./slippage.ts";

export const fillConventions = ["next-open", "same-close", "intra-candle"] as const;
export type FillConvention = (typeof fillConventions)[number];
export const accountings = ["exact", "float"] as const;
export type Accounting = (typeof accountings)[number];

export interface BacktestMarket {
  readonly instrument: Instrument;
  /** Of the candles; the strategy may ask for this one and for coarser ones that are made of whole such candles. */
  readonly timeframe: Timeframe;
  /** Ascending; checked by whoever read them. */
  readonly candles: CandleTable;
  /** Finer ones of the same market, which orders meet instead: the others are then for the strategy alone. */
  readonly detail?: { readonly timeframe: Timeframe; readonly candles: CandleTable } | undefined;
}

export interface BacktestSettings {
  readonly strategy: Strategy;
  /** Complete: as `parseParams` gives them. */
  readonly params: Params;
  /** One for each instrument, in the order in which the trader numbers them. All of one venue and one quote asset. */
  readonly markets: readonly BacktestMarket[];
  readonly convention: FillConvention;
  /** `exact`: the portfolio that trades live, in decimals. `float`: the rules of float-books.ts, in doubles. */
  readonly accounting: Accounting;
  readonly startingBalance: number;
  readonly makerBps: number;
  readonly takerBps: number;
  readonly slippage: Slippage;
  readonly seed: number;
  /** Candles that close by then warm up; unless given, each instrument's first `warmupCandles` do. */
  readonly from?: Timestamp | undefined;
  /** Candles that close later are not used. */
  readonly to?: Timestamp | undefined;
  /** How late an order reaches the venue, ms: it meets no price before. */
  readonly orderLatencyMs?: number | undefined;
  /** How late the strategy hears of a candle that has closed, ms. Needs detail: what a price does meanwhile is not in the candles told. */
  readonly feedLatencyMs?: number | undefined;
  /** When the markets are contracts, which may be short: all of them, or none. */
  readonly contracts?: ContractTerms | undefined;
  /** Of the portfolio, for exact accounting; unless given, those that it has live without any configuration. */
  readonly limits?: Limits | undefined;
  /** Every rule beyond the limits, for exact accounting. */
  readonly risk?: RiskPlan | undefined;
}

/** One round trip from flat to flat, or what is still open at the end, valued there (`exitReason` "force_exit"). */
export interface BacktestTrade {
  readonly pair: string;
  readonly side: "long" | "short";
  /** Reason of the order that opened it, and of the one that closed it. */
  readonly tag: string;
  readonly exitReason: string;
  readonly openAt: number;
  readonly closeAt: number;
  /** Averages over all fills. */
  readonly openPrice: number;
  readonly closePrice: number;
  /** All that was bought, base units. */
  readonly quantity: number;
  /**
   * In quote, after fees; `profitRatio` is it over what the position cost, fees of its opening included; of contracts over
   * their margin and those fees.
   */
  readonly profit: number;
  readonly profitRatio: number;
  readonly fees: number;
  /** Of inverse contracts: what one is worth at any price, in units of the price; quantities are then contracts, and amounts coins. */
  readonly contractSize?: number;
  /** Of contracts: funding and interest received while it was open, below zero where paid; part of `profit`. */
  readonly carry?: number;
  /** Furthest move of the price against the position and in its favour, as ratios of the open price. */
  readonly mae: number;
  readonly mfe: number;
}

export interface BacktestOrder {
  readonly id: string;
  readonly pair: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: number;
  /** NaN where it has none. */
  readonly price: number;
  readonly stopPrice: number;
  readonly tag: string;
  readonly reason: string;
  /** When it was decided, and when it ended; 0 while it stands. */
  readonly at: number;
  readonly closedAt: number;
  readonly status: "open" | "filled" | "cancelled" | "expired" | "refused" | "never-arrived";
  readonly filled: number;
  /** Of its fills; NaN without any. */
  readonly averagePrice: number;
  readonly fees: number;
}

export interface BacktestResult {
  /** What was assumed, in words: printed with every result. */
  readonly conventions: Readonly<Record<string, string>>;
  /** Handed to the trader, those of the warm-up included. */
  readonly candles: number;
  readonly trades: readonly BacktestTrade[];
  /** Cash and positions at their last close, at each close from the end of the warm-up on; instruments that close together give one point. */
  readonly equity: { readonly at: Float64Array; readonly value: Float64Array };
  /** In the order in which they were approved. */
  readonly orders: readonly BacktestOrder[];
  /** Wishes that were refused, by rule. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What the risk plan did besides refusing; absent without one. */
  readonly risk?: RiskDeeds;
}

/** Counts over a run. */
export interface RiskDeeds {
  /** Every rule that was on, also those that never said no. */
  readonly rules: readonly string[];
  /** Locks of entries, by rule. */
  readonly locks: Readonly<Record<string, number>>;
  /** Factors of size that were taken, of positions whose factor changed, and their mean; NaN without any. */
  readonly sized: number;
  readonly meanFactor: number;
  /** When and why entries were halted for good. */
  readonly halts: readonly { readonly at: number; readonly reason: string }[];
}
