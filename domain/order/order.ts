/**
 * Orders, what becomes of them, and fills. An order's intent is journaled before it is sent; `sent` is a
 * real state, and `unknown` means nobody knows whether the venue has it: it is asked, never repeated.
 */
import { isContract } from "../market/instrument.ts";
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
} from "../values/values.ts";

export type OrderType = "market" | "limit" | "stop-market" | "stop-limit";
/** GTC rests until cancelled; IOC fills what it can at once; FOK all at once or nothing; PO (post-only) never takes. */
export type TimeInForce = "GTC" | "IOC" | "FOK" | "PO";

export interface Order {
  readonly id: ClientOrderId;
  readonly account: AccountId;
  readonly strategy: StrategyId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Quantity;
  /** Absent for market and stop-market. */
  readonly price?: Price;
  readonly stopPrice?: Price;
  /** It only lessens a position: no breaker holds it back. */
  readonly reduceOnly?: boolean;
  /** The strategy's own name for the order. */
  readonly tag: string;
  readonly reason: string;
  readonly at: Timestamp;
}

/** Whether it may add to a position. Spot: a buy does, a sale lessens. Of a contract all do that are not reduce-only. */
export const adds = ({
  side,
  instrument,
  reduceOnly,
}: Pick<Order, "side" | "instrument" | "reduceOnly">): boolean =>
  isContract(instrument) ? reduceOnly !== true : side === "buy";

/**
 * approved -> open -> filled | cancelled | expired; approved -> refused (the venue said no) | never-arrived.
 * A partial fill keeps `open`.
 */
export type OrderStatus =
  "approved" | "open" | "filled" | "cancelled" | "expired" | "refused" | "never-arrived";
export const isClosed = (status: OrderStatus): boolean => status !== "approved" && status !== "open";

export interface Fill {
  /** Venue's trade id: unique per account and instrument. */
  readonly tradeId: string;
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  /** Ours when we placed it; another text for a foreign order. */
  readonly order: ClientOrderId;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** Quote amount told by the venue, or price times quantity. */
  readonly notional: Money;
  readonly fee: Money;
  readonly feeAsset: Asset;
  readonly liquidity: "maker" | "taker";
  /** The venue's own order closed a contract that its margin no longer carried. */
  readonly forced?: true;
  readonly at: Timestamp;
}

/** What the venue says of one order, in the venue's order. Fills are told apart, as `Fill`. */
export interface OrderReport {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  readonly order: ClientOrderId;
  readonly venueOrderId?: string;
  readonly status: Exclude<OrderStatus, "approved">;
  /** All that has filled so far; fills missing from the ledger are fetched before the order is closed. */
  readonly filled: Quantity;
  /** A `VenueRefusal` for `refused`; free text for `cancelled` and `expired`. */
  readonly reason?: string;
  readonly at: Timestamp;
}

/** Why a venue refuses an order: closed, so that strategies can act on it. */
export type VenueRefusal =
  | "insufficient-balance"
  /** Post-only, and it would trade at once; a stop whose price has been passed. */
  | "would-take"
  | "filter-price"
  | "filter-quantity"
  | "filter-notional"
  | "instrument-not-trading"
  | "unknown-instrument"
  | "duplicate-id"
  | "short-not-allowed"
  | "self-trade"
  | "too-many-orders"
  | "not-authorised"
  /** Leverage or margin mode are not as configured, and the venue does not change them. */
  | "contract-terms"
  | "other";
