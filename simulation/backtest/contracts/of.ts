/** What books of contracts are made of, whichever their accounting. */
import type { CandleVenue } from "../candle-venue.ts";
import type { OrderLog } from "../order-log.ts";
import type { BacktestSettings } from "../settings.ts";
import type { TradeLog } from "../trade-log.ts";
import type { Guards } from "./guards.ts";
import type { ContractTerms } from "./terms.ts";
import type { Worths } from "./worths.ts";

export interface ContractBooksOf {
  readonly pairs: readonly string[];
  readonly settings: Pick<BacktestSettings, "startingBalance" | "makerBps" | "takerBps">;
  readonly terms: ContractTerms;
  readonly worths: Worths;
  readonly logs: { readonly orders: OrderLog; readonly trades: TradeLog };
  guards(venue: Pick<CandleVenue, "guard">): Guards;
}
