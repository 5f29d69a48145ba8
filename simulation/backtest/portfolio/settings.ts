/** What a backtest of several strategies in one portfolio is run with, and what comes of it. Prices and amounts as in ../settings.ts. */
import type { Params, Strategy } from "../../../domain/strategy/strategy.ts";
import type { BacktestOrder, BacktestResult, BacktestSettings, BacktestTrade } from "../settings.ts";

/** One strategy of the portfolio. */
export interface SeatSettings {
  /** Names its sub-ledger, and it in every answer. */
  readonly id: string;
  readonly strategy: Strategy;
  /** Complete: as `parseParams` gives them. */
  readonly params: Params;
  /** Which of the markets it trades, in the order in which its trader numbers them; it is told their candles in that of the portfolio. */
  readonly markets: readonly number[];
  /** Given to it at the start, in quote. */
  readonly capital: number;
}

/** Accounting is exact, and a candle is told when it closes. */
export type PortfolioSettings = Pick<
  BacktestSettings,
  "markets" | "convention" | "makerBps" | "takerBps" | "slippage" | "seed" | "from" | "to" | "limits" | "risk"
> & {
  /** At each moment they are told in this order. */
  readonly seats: readonly SeatSettings[];
};

/** What became of one strategy. */
export interface SeatResult {
  readonly id: string;
  readonly trades: readonly BacktestTrade[];
  readonly orders: readonly BacktestOrder[];
  /** Of its sub-ledger. */
  readonly equity: BacktestResult["equity"];
  /** Refused, by rule. */
  readonly refusals: Readonly<Record<string, number>>;
}

/**
 * Highest value of what was held at any close, of the equity of all strategies then: of everything, of one base asset, and by one
 * strategy. Limits are asked at entries, so a price that moves afterwards may lift what is held beyond them.
 */
export interface Peaks {
  readonly gross: number;
  readonly asset: number;
  readonly strategy: number;
}

export interface PortfolioResult extends Pick<BacktestResult, "candles" | "equity" | "refusals" | "risk"> {
  readonly seats: readonly SeatResult[];
  readonly peaks: Peaks;
  /** Met inside the portfolio, without a venue or a fee. */
  readonly crossed: number;
}
