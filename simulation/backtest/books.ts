/** The ledger of a backtest as the run sees it, exact or in doubles: asks go in, orders reach the venue, news come back. */
import type { Ask } from "../../domain/strategy/desk.ts";
import type { RiskWatch } from "./risk-watch.ts";
import type { OpenOrder, OrderUpdate } from "../../domain/strategy/strategy.ts";

export interface Books {
  /** Quote units, what is reserved included. */
  readonly cash: number;
  /** Base units by market. */
  readonly positions: Float64Array;
  /** Wishes refused, by rule. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Carries out what the trader asked. Wakes are not for the books. */
  propose(asks: readonly Ask[], at: number): void;
  openOrders(): readonly OpenOrder[];
  /** Of a risk plan: when it wants to see the prices, and what it did. */
  readonly watch?: RiskWatch | undefined;
  look?(at: number): void;
  /** At each moment, after what happened in the candles that close: payments for holding, liquidations. Whether anything changed. */
  carry?(at: number): boolean;
  /** Time has passed. */
  tick?(at: number): void;
}

/** Told at the end of each change, with what the trader is to hear of it. */
export type Hear = (updates: readonly OrderUpdate[]) => void;
