/**
 * What happened to a portfolio. Events carry what readers need (strategy, tag, instrument, sums so far),
 * so that reports, strategies' updates and effects can be told from the event alone.
 */
import type { Instrument } from "../market/instrument.ts";
import type { Fill, Order, OrderStatus } from "../order/order.ts";
import type { Level, SignName } from "../risk/degradation.ts";
import type { Approved, Refusal } from "../risk/risk.ts";
import type {
  AccountId,
  Asset,
  ClientOrderId,
  InstrumentId,
  Money,
  Price,
  Quantity,
  Side,
  StrategyId,
  Timestamp,
  VenueId,
} from "../values/values.ts";
import type { ContractEvent } from "./contract-events.ts";
import type { Amounts, HaltLevel, Marks } from "./commands.ts";
import type { GrantEvent } from "./grant-events.ts";
import type { ProtectionEvent } from "./protection-events.ts";
import type { RiskEvent } from "./risk-events.ts";
import type { RulesEvent } from "./rules-events.ts";

/** Names one order to those who do not hold it. */
export interface OrderName {
  readonly order: ClientOrderId;
  readonly account: AccountId;
  readonly strategy: StrategyId;
  readonly instrument: InstrumentId;
  readonly tag: string;
  readonly side: Side;
}

export interface OrderApproved {
  readonly type: "OrderApproved";
  readonly order: Approved<Order>;
  /** Reserved per unit of remaining quantity: quote with fee for a buy, one base unit for a sell. */
  readonly reservePerUnit: Price;
  readonly aim: boolean;
  /** The stop that keeps a position's protection. */
  readonly protects?: true;
  /** It sells what targets of a position that were reached leave to be sold. */
  readonly takes?: true;
  /** The strategy's numbers behind `order.reason`. */
  readonly numbers: readonly number[];
}

/** Now it may be sent, with this quantity: intent is journaled before the wire. */
export interface OrderPlaced extends OrderName {
  readonly type: "OrderPlaced";
  /** The order as it goes out: less what crossed inside. */
  readonly sent: Approved<Order>;
}

export interface OrderFilled extends OrderName {
  readonly type: "OrderFilled";
  readonly fill: Fill;
  /** Filled and crossed so far, this fill included. */
  readonly filled: Quantity;
}

/** Two strategies of this portfolio met inside: no venue, no fee. */
export interface Crossed {
  readonly type: "Crossed";
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly notional: Money;
  readonly buy: CrossedLeg;
  readonly sell: CrossedLeg;
  readonly at: Timestamp;
}
export interface CrossedLeg {
  readonly order: ClientOrderId;
  readonly strategy: StrategyId;
  readonly tag: string;
  readonly filled: Quantity;
}

export interface OrderClosed extends OrderName {
  readonly type: "OrderClosed";
  readonly status: Exclude<OrderStatus, "approved" | "open">;
  readonly reason?: string;
  readonly filled: Quantity;
  readonly at: Timestamp;
}

export type PortfolioEvent =
  | OrderApproved
  | OrderPlaced
  | OrderFilled
  | Crossed
  | OrderClosed
  | {
      readonly type: "AccountOpened";
      readonly account: AccountId;
      readonly venue: VenueId;
      readonly balances: Amounts;
      /** Client order ids of this account begin with it. */
      readonly prefix: string;
      readonly at: Timestamp;
    }
  | { readonly type: "InstrumentChanged"; readonly instrument: Instrument; readonly at: Timestamp }
  | RulesEvent
  /** Moves between `unallocated` and the strategy; negative gives back. */
  | {
      readonly type: "Allotted";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly asset: Asset;
      readonly amount: Money;
      readonly at: Timestamp;
    }
  | {
      readonly type: "AllotmentRefused";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly asset: Asset;
      readonly asked: Money;
      readonly max: Money;
      readonly at: Timestamp;
    }
  | {
      readonly type: "Released";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly amounts: Amounts;
      /** True when nothing stays behind: the next allotment begins from zero. */
      readonly flat: boolean;
      readonly at: Timestamp;
    }
  /** A strategy's turn was taken up. `marks` names only those that differ from the last ones. */
  | {
      readonly type: "Proposed";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly sequence: number;
      readonly marks: Marks;
      readonly at: Timestamp;
    }
  /** The wish that counts from now. `waiting`: sized again when the order in the way has closed. */
  | {
      readonly type: "AimSet";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly instrument: InstrumentId;
      readonly exposure: number;
      readonly reason: string;
      readonly numbers: readonly number[];
      readonly waiting: boolean;
      readonly at: Timestamp;
    }
  | (Refusal & {
      readonly type: "OrderRefused";
      readonly strategy: StrategyId;
      readonly account: AccountId;
      readonly instrument: InstrumentId;
      readonly tag: string;
      readonly side: Side;
      readonly aim: boolean;
      readonly protects?: true;
      readonly takes?: true;
      readonly at: Timestamp;
    })
  | ProtectionEvent
  | RiskEvent
  | GrantEvent
  | ContractEvent
  /** A stop of a kind that the venue does not take: the portfolio watches its price itself. */
  | (OrderName & { readonly type: "OrderKept"; readonly at: Timestamp })
  /** This price was seen: it leaves, as a market or a limit order. */
  | (OrderName & { readonly type: "OrderTriggered"; readonly last: Price; readonly at: Timestamp })
  /** Would meet our own resting orders: waits until those have closed. */
  | (OrderName & {
      readonly type: "OrderHeld";
      readonly behind: readonly ClientOrderId[];
      readonly at: Timestamp;
    })
  | (OrderName & {
      readonly type: "OrderAccepted";
      readonly venueOrderId?: string;
      readonly price?: Price;
      readonly at: Timestamp;
    })
  /** Nobody knows whether the venue has it: it is being asked. */
  | (OrderName & { readonly type: "OrderUnknown"; readonly at: Timestamp })
  /** The venue closed it, but fills are missing: they are being fetched. */
  | (OrderName & {
      readonly type: "OrderEnding";
      readonly status: OrderClosed["status"];
      readonly reason?: string;
      /** At the venue. */
      readonly filled: Quantity;
      readonly at: Timestamp;
    })
  | (OrderName & { readonly type: "CancelRequested"; readonly why: string; readonly at: Timestamp })
  /** An order that is not ours traded on the account: booked to `unallocated`. */
  | { readonly type: "ForeignFilled"; readonly fill: Fill }
  /** The venue's balance differs while orders rest: if it is told again, it becomes `Adjusted`. */
  | {
      readonly type: "DifferenceNoticed";
      readonly account: AccountId;
      readonly differences: Amounts;
      readonly at: Timestamp;
    }
  /** `amount` is what the ledger lacked; booked to `unallocated`. */
  | {
      readonly type: "Adjusted";
      readonly account: AccountId;
      readonly asset: Asset;
      readonly amount: Money;
      readonly why: "deposit" | "withdrawal" | "unexplained";
      readonly at: Timestamp;
    }
  /** The account does less from here on, or more again. */
  | {
      readonly type: "DegradationChanged";
      readonly account: AccountId;
      readonly level: Level;
      readonly from: Level;
      /** The sign that stands at the new level; how it was, and the limit that it is past. */
      readonly reason: SignName | "recovered";
      readonly ms?: number;
      readonly limitMs?: number;
      readonly at: Timestamp;
    }
  | {
      readonly type: "Halted";
      readonly level: HaltLevel;
      readonly by: string;
      readonly reason: string;
      readonly at: Timestamp;
    }
  | { readonly type: "Resumed"; readonly by: string; readonly at: Timestamp };

export type PortfolioEventOf<T extends PortfolioEvent["type"]> = Extract<
  PortfolioEvent,
  { readonly type: T }
>;
