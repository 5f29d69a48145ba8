/**
 * What a portfolio can be told. Every command carries the market time `at`; the decider reads no clock.
 * All of them may be repeated: what is already known gives no events. Amounts by asset travel as plain objects.
 */
import type { ClosePart } from "./close-part.ts";
import type { ContractCommand } from "./contract-events.ts";
import type { SeePrice } from "./seen-prices.ts";
import type { GrantCommand } from "./grant-events.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Ladder, Level, Signs } from "../risk/degradation.ts";
import type { Limits } from "../risk/limits.ts";
import type { RiskPlan } from "../risk/plan.ts";
import type { RaiseCommand } from "../risk/raises.ts";
import type { SharedLimits } from "../risk/shared/shared-limits.ts";
import type { Fill, OrderReport, OrderType, TimeInForce } from "../order/order.ts";
import type { Target } from "../strategy/targets.ts";
import type {
  AccountId,
  Asset,
  ClientOrderId,
  InstrumentId,
  Money,
  Price,
  Side,
  StrategyId,
  Timestamp,
  VenueId,
} from "../values/values.ts";

export type Amounts = Readonly<Record<string, Money>>;

/** Best prices and the last trade. All above zero; without a book, all three are the last price. */
export interface Mark {
  readonly bid: Price;
  readonly ask: Price;
  readonly last: Price;
}
export type Marks = Readonly<Record<string, Mark>>;

/** What a strategy asks in one turn. Prices and quantities are its own doubles; the portfolio puts them on the grid. */
export type Ask =
  | {
      readonly type: "aim";
      readonly instrument: InstrumentId;
      /** Fraction of the sub-ledger's equity to hold. */
      readonly exposure: number;
      readonly reason: string;
      readonly numbers: readonly number[];
    }
  | {
      readonly type: "place";
      readonly instrument: InstrumentId;
      readonly side: Side;
      readonly orderType: OrderType;
      readonly timeInForce?: TimeInForce;
      /** Base units; rounded down to the lot. */
      readonly quantity: number;
      readonly price?: number;
      readonly stopPrice?: number;
      readonly tag: string;
    }
  | { readonly type: "cancel"; readonly tag: string }
  | {
      /** The position shall be sold when the price falls to this, and parts of it at the targets; without either, no longer. */
      readonly type: "protect";
      readonly instrument: InstrumentId;
      readonly stopPrice?: number;
      readonly reason: string;
      readonly targets?: readonly Target[];
    };

export interface Propose {
  readonly type: "Propose";
  readonly strategy: StrategyId;
  readonly account: AccountId;
  /** Grows with every proposal of the strategy, over restarts too; one that is not above the last changes nothing. */
  readonly sequence: number;
  readonly at: Timestamp;
  readonly marks: Marks;
  readonly asks: readonly Ask[];
}

export interface RecordBalances {
  readonly type: "RecordBalances";
  readonly account: AccountId;
  /** Totals, free plus locked, as the venue tells them. */
  readonly balances: Amounts;
  /** True when assets that are not named are zero; otherwise they are left alone. */
  readonly complete: boolean;
  /** When the venue itself calls the change a deposit or a withdrawal. */
  readonly told?: "deposit" | "withdrawal";
  /** Venue time. Balances older than the account's last fill say nothing and are passed over. */
  readonly at: Timestamp;
}

/** The settings that decisions depend on: journaled, so that a day is replayed under the rules it had. */
export interface Rules {
  readonly limits: Limits;
  /** How long a difference to the venue's balances must stand while orders rest. */
  readonly balanceSettleMs: number;
  /** When an account does less; absent: never. */
  readonly degradation?: Ladder | undefined;
  /** Every rule beyond the limits; absent: none. It counts once it is journaled. */
  readonly risk?: RiskPlan | undefined;
  /** Limits over several portfolios, of which this is one: entries then need a grant. */
  readonly shared?: SharedLimits | undefined;
  /** A limit that the configuration raises waits for somebody to approve it, too. */
  readonly approveRaises?: true | undefined;
}

export type PortfolioCommand =
  | Propose
  | ClosePart
  | RecordBalances
  | ({ readonly type: "SetRules"; readonly at: Timestamp } & Rules)
  | { readonly type: "InstrumentChanged"; readonly instrument: Instrument; readonly at: Timestamp }
  | {
      readonly type: "OpenAccount";
      readonly account: AccountId;
      readonly venue: VenueId;
      /** All that the account holds; goes to `unallocated`. */
      readonly balances: Amounts;
      /** Chance from outside, any text: makes the order ids of this journal differ from those of any earlier one. */
      readonly nonce: string;
      /** Venue time: foreign fills before it are part of the balances. */
      readonly at: Timestamp;
    }
  | {
      readonly type: "Allot";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly asset: Asset;
      /** All that the strategy shall have been given, not what to add. */
      readonly amount: Money;
      readonly at: Timestamp;
    }
  /** A stopped strategy gives back what is neither reserved nor a position. */
  | {
      readonly type: "Release";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly at: Timestamp;
    }
  /** How fresh is what an account's orders are decided on. Told when it may change the account's level. */
  | {
      readonly type: "Observe";
      readonly account: AccountId;
      readonly signs: Signs;
      /** The worst level of the last `recoverMs`, this moment included. */
      readonly lately: Level;
      readonly at: Timestamp;
    }
  /** The pauses after failed stops that are over by now. */
  | { readonly type: "KeepStops"; readonly at: Timestamp }
  /**
   * Cancels every live order of one strategy, or of all, and the aims behind them; what protects a position goes only where `stops`
   * says so. Proposals of the strategy up to `sequence` that are still on their way change nothing.
   */
  | {
      readonly type: "CancelOrders";
      readonly strategy?: StrategyId;
      readonly sequence?: number;
      readonly stops?: boolean;
      readonly by: string;
      readonly at: Timestamp;
    }
  | SeePrice
  | ContractCommand
  | GrantCommand
  | RaiseCommand
  | { readonly type: "RecordReport"; readonly report: OrderReport }
  | { readonly type: "RecordFill"; readonly fill: Fill }
  | {
      readonly type: "RecordOutcome";
      readonly order: ClientOrderId;
      /** `unknown`: being asked. `never-arrived` and `not-sent`: final, the reservation is released. */
      readonly outcome: "unknown" | "never-arrived" | "not-sent";
      readonly at: Timestamp;
    }
  | {
      readonly type: "Halt";
      /** `entries`: only orders that reduce. `all`: nothing but cancels. */
      readonly level: HaltLevel;
      readonly by: string;
      readonly reason: string;
      readonly at: Timestamp;
    }
  | { readonly type: "Resume"; readonly by: string; readonly at: Timestamp };

export type HaltLevel = "entries" | "all";
