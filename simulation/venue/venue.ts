/**
 * The simulated venue: what an exchange does with orders, on integer ticks and lots, in memory, without a clock.
 *
 * These are its words; `engine.ts` is the machine. Two markets stand behind it: a living book, where the
 * crowd's orders rest beside ours (synthetic market), and a tape of recorded prints, where a market order takes
 * the next prints capped by their volume, and a resting order fills on prints through its price, at its price
 * only after `queueAhead` lots have printed there. Our own fills never print on a tape.
 */
import type { OrderType, TimeInForce, VenueRefusal } from "../../domain/order/order.ts";
import type { Money, Side } from "../../domain/values/values.ts";

/** One listed pair. Prices are integer multiples of `tick`, quantities of `lot` (both as 1e-18 decimals). */
export interface Listing {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly tick: bigint;
  readonly lot: bigint;
  readonly lotsMin: number;
  readonly lotsMax: number;
  readonly notionalMin: Money;
  readonly makerBps: number;
  readonly takerBps: number;
  /** Fees and balances are rounded to this step, against the payer. */
  readonly feeStep: bigint;
  readonly status: "trading" | "paused" | "delisted";
  /** What stands behind the pair; the venue's option decides when absent. */
  readonly market?: "book" | "tape" | undefined;
  /** Tape: lots that must print at a resting order's price before it fills; absent: the last print's lots there. */
  readonly queueAheadLots?: number | undefined;
}

export interface NewOrder {
  readonly account: string;
  readonly symbol: string;
  /** "" for none: the order is then known by its id alone. */
  readonly clientId: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Of limit and stop-limit orders; market orders take what there is whatever it says. */
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  /** Limit price in ticks; absent for market orders. */
  readonly ticks?: number | undefined;
  readonly stopTicks?: number | undefined;
  /** What happens when it would meet an order of the same account; absent: the venue's option. */
  readonly selfTrade?: SelfTrade | undefined;
  /** Of a margin account: it may only lessen its position. */
  readonly reduceOnly?: boolean | undefined;
  /** Of a margin account in hedge mode: the position it is for. */
  readonly leg?: "long" | "short" | undefined;
}

/** What stands behind margin accounts instead of balances: it keeps their positions, the venue only matches. */
export interface Clearing {
  /** The margin accounts; all others are spot accounts. */
  readonly accountNames: readonly string[];
  /** How many lots of it its position lets it still trade; asked before each trade and never cached. */
  room(order: VenueOrder): number;
  /** Right after a trade, before the next. */
  filled(fill: VenueFill, order: VenueOrder): void;
}

export type SelfTrade = "expire-taker" | "expire-maker" | "expire-both" | "none";

export type VenueOrderStatus = "new" | "partial" | "filled" | "cancelled" | "expired" | "rejected";

/** A live view of one order; the engine owns it, readers must not keep it across calls. */
export interface VenueOrder extends NewOrder {
  readonly id: number;
  readonly status: VenueOrderStatus;
  readonly filledLots: number;
  /** Sum of price times quantity of its fills. */
  readonly filledNotional: Money;
  /** A stop order rests unseen until its stop price trades. */
  readonly triggered: boolean;
  /** The other order of an OCO pair, or 0. */
  readonly ocoWith: number;
  /** What it holds back of the account at present: quote for a buy, base for a sell. */
  readonly locked: Money;
  readonly at: number;
  readonly updatedAt: number;
}

export interface VenueFill {
  readonly tradeId: number;
  readonly symbol: string;
  readonly ticks: number;
  readonly lots: number;
  readonly notional: Money;
  readonly orderId: number;
  readonly account: string;
  readonly clientId: string;
  readonly side: Side;
  readonly liquidity: "maker" | "taker";
  readonly fee: Money;
  readonly feeAsset: string;
  /** The other side's order, or 0 for a recorded print. */
  readonly counterOrderId: number;
  /** Of its order, with this fill. */
  readonly cumulativeLots: number;
  readonly cumulativeNotional: Money;
  readonly at: number;
}

/** Everything the venue tells, in the order in which it happened. */
export type VenueEvent =
  | {
      readonly type: "order";
      readonly order: VenueOrder;
      readonly why: "accepted" | "triggered" | "cancelled" | "expired" | "rejected";
      readonly refusal?: VenueRefusal;
      readonly at: number;
    }
  | { readonly type: "fill"; readonly fill: VenueFill; readonly order: VenueOrder }
  /** A public trade: of the book, or a recorded print. */
  | {
      readonly type: "print";
      readonly symbol: string;
      readonly tradeId: number;
      readonly ticks: number;
      readonly lots: number;
      readonly takerSide: Side;
      readonly at: number;
    }
  | {
      readonly type: "balance";
      readonly account: string;
      readonly asset: string;
      readonly free: Money;
      readonly locked: Money;
      readonly at: number;
    };

/** Recorded prints of one pair, by time. */
export interface PrintColumns {
  readonly at: Float64Array;
  readonly ticks: Float64Array;
  readonly lots: Float64Array;
  readonly ids: Float64Array;
  /** 1 where the taker bought. */
  readonly buys: Uint8Array;
}

export interface FeePayment {
  readonly asset: string;
  /** By received asset: how much of the fee asset one unit of it is worth, 1e-18. */
  readonly rates: ReadonlyMap<string, bigint>;
}

export type OrderKey = { readonly id: number } | { readonly clientId: string };

export type Submitted =
  | { readonly ok: true; readonly order: VenueOrder }
  | { readonly ok: false; readonly refusal: VenueRefusal; readonly detail: string };

/** The machine's face; `createVenue(options)` in engine.ts makes one. Every call passes the time in ms. */
export interface SimulatedVenue {
  /**
   * Lists a pair, or changes it. A delisting cancels what rests, so does another tick or lot; other filters
   * hold for new orders only. Throws `Invalid` unless tick times lot is exact.
   */
  list(listing: Listing, at?: number): void;
  listing(symbol: string): Listing | undefined;
  listings(): readonly Listing[];
  /** Accounts come into being with their first deposit. `unlimited` accounts (the crowd) have no balances. */
  deposit(account: string, asset: string, amount: Money, at: number): void;
  withdraw(account: string, asset: string, amount: Money, at: number): boolean;
  balance(account: string, asset: string): { readonly free: Money; readonly locked: Money };
  balances(account: string): ReadonlyMap<string, { readonly free: Money; readonly locked: Money }>;
  /** Fees in a third asset while its free balance lasts, in the received asset from then on. */
  payFeesIn(account: string, pay: FeePayment | undefined): void;
  /** What the venue has earned, by asset. */
  feesTaken(): ReadonlyMap<string, Money>;
  submit(order: NewOrder, at: number): Submitted;
  /** One resting limit and one stop order of the same side; a fill or trigger of one cancels the other. */
  submitOco(limit: NewOrder, stop: NewOrder, at: number): Submitted;
  /** Undefined when no such order is open. */
  cancel(account: string, symbol: string, by: OrderKey, at: number): VenueOrder | undefined;
  order(account: string, symbol: string, by: OrderKey): VenueOrder | undefined;
  openOrders(account: string, symbol?: string): readonly VenueOrder[];
  orders(account: string, symbol: string): readonly VenueOrder[];
  fills(account: string, symbol: string): readonly VenueFill[];
  /** Tape market: one recorded print happens. */
  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void;
  /**
   * Tape market whose prints are not told: of recorded prints from `from` up to `to`, the index of the first that an order of ours may
   * meet, or that `print` would refuse.
   */
  quietUntil(symbol: string, columns: PrintColumns, from: number, to: number): number;
  /** Prints below that index happen, all at once. */
  printQuietly(symbol: string, columns: PrintColumns, from: number, to: number): void;
  /** Best first; levels summed. On a tape: the one level a side that the last prints imply. */
  depth(
    symbol: string,
    levels: number,
  ): {
    readonly bids: readonly (readonly [number, number])[];
    readonly asks: readonly (readonly [number, number])[];
  };
  /** Price of the last print in ticks, 0 before the first. */
  last(symbol: string): number;
  /** Grows with every change of the visible book. */
  version(symbol: string): number;
  /** Events since the last call, oldest first; then every balance that changed in between, once. */
  drain(): readonly VenueEvent[];
}
