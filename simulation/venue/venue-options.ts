/** How a simulated venue behaves where no listing and no order says; all of it has a default. */
import type { Clearing, SelfTrade } from "./venue.ts";

export interface VenueOptions {
  /** What stands behind a pair whose listing does not say; "book" by default. */
  readonly market?: "book" | "tape";
  /** Accounts without balances. They trade with themselves unless an order says otherwise. */
  readonly unlimited?: readonly string[];
  /** Of accounts that trade contracts; without it every account is a spot account. */
  readonly clearing?: Clearing | undefined;
  /** For orders of other accounts that do not say; "expire-maker" by default. */
  readonly selfTrade?: SelfTrade;
  /** What stop-market buys, and market buys on a tape, lock above their price; 500 by default. */
  readonly marketMarginBps?: number;
  /** Prints of a tape are not told: whoever replays it knows them. */
  readonly quietTape?: boolean;
  /** Open orders of one account on one pair. */
  readonly openOrdersMax?: number;
  /** Closed orders, and fills, that are remembered for one account on one pair; 100,000 by default. */
  readonly historyMax?: number;
}
