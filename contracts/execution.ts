/**
 * One account at one venue. `place` answers only when what became of the order is known: a caller that gets no answer
 * asks again with a higher `attempt`, and then the venue is asked before anything else.
 */
import * as v from "valibot";
import type { Order, VenueRefusal } from "../domain/order/order.ts";
import type { ClientOrderId, InstrumentId, Timestamp } from "../domain/values/values.ts";
import { command, contract, nothing, query } from "./contract.ts";
import {
  instrumentId,
  parser,
  priceValue,
  quantityValue,
  shortText,
  side,
  strategyId,
  timeMs,
} from "./parsers.ts";

export interface Placing {
  readonly order: Order;
  /** 1: never sent before by anybody. More: it may have been sent. */
  readonly attempt: number;
  /** Of the portfolio that asks; one below the latest seen is refused (STALE_OWNER). 0, or absent, where nothing is fenced. */
  readonly epoch?: number | undefined;
}

export type Placed =
  | { readonly type: "accepted"; readonly at: Timestamp; readonly venueOrderId?: string | undefined }
  | {
      readonly type: "refused";
      readonly reason: VenueRefusal;
      readonly detail: string;
      readonly at: Timestamp;
    }
  /** It never left us and will not. */
  | { readonly type: "not-sent"; readonly detail: string; readonly at: Timestamp }
  /** It may have been sent, and the venue does not have it and cannot get it any more. */
  | { readonly type: "never-arrived"; readonly at: Timestamp };

export interface Cancelling {
  readonly order: ClientOrderId;
  readonly instrument: InstrumentId;
  readonly epoch?: number | undefined;
}

export interface Reconciliation {
  /** Orders the ledger held open whose fate was asked for. */
  readonly asked: number;
  readonly fills: number;
  /** Open at the venue and not ours. */
  readonly foreign: readonly string[];
  readonly at: Timestamp;
}

export interface VenueTruth {
  readonly balances: Readonly<Record<string, bigint>>;
  readonly openOrders: readonly string[];
  /** Whose fills were asked for: those that are traded here. The stream tells of others too. */
  readonly instruments: readonly string[];
  readonly fills: readonly {
    readonly tradeId: string;
    readonly instrument: string;
    readonly order: string;
  }[];
}

export interface ExecutionView {
  readonly account: string;
  readonly venue: string;
  readonly placed: number;
  readonly cancelled: number;
  readonly refused: number;
  readonly unknown: number;
  readonly inFlight: number;
  readonly weightUsed: number;
  readonly breakers: readonly { readonly class: string; readonly state: string; readonly openings: number }[];
  /** How often the venue asked to slow down (429, 418), and how often it shut the address out (418). */
  readonly slowDowns: { readonly slowed: number; readonly banned: number };
  /** Position mode, leverage and margin mode at the venue of contracts that have one configured; `problem`: why they are not as configured. */
  readonly terms: readonly {
    readonly instrument: string;
    readonly leverage?: number | undefined;
    readonly marginMode?: string | undefined;
    readonly positionMode?: string | undefined;
    readonly problem?: string | undefined;
  }[];
  readonly streams: readonly { stream: string; lastAt: number; reconnects: number; gapsFilled: number }[];
}

export const orderId = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9]{1,18}$/),
  v.transform((id) => id as ClientOrderId),
);

const order = v.object({
  id: orderId,
  account: shortText,
  strategy: strategyId,
  instrument: instrumentId,
  side,
  type: v.picklist(["market", "limit", "stop-market", "stop-limit"]),
  timeInForce: v.picklist(["GTC", "IOC", "FOK", "PO"]),
  quantity: quantityValue,
  price: v.optional(priceValue),
  stopPrice: v.optional(priceValue),
  reduceOnly: v.optional(v.boolean()),
  tag: shortText,
  reason: v.string(),
  at: timeMs,
});
const epoch = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)));
const placing = parser(v.object({ order, attempt: v.pipe(v.number(), v.integer(), v.minValue(1)), epoch }));
const cancelling = parser(v.object({ order: orderId, instrument: instrumentId, epoch }));

export const ExecutionContract = contract({
  kind: "execution",
  answers: {
    place: command<Placing, Placed>((raw) => placing(raw) as Placing),
    cancel: command<Cancelling, Placed>(cancelling),
    reconcile: command<void, Reconciliation>(nothing),
    /** What the venue itself says of the account, for comparison with the ledger. */
    audit: query<{ readonly since: Timestamp }, VenueTruth>(parser(v.object({ since: timeMs }))),
    /** In ms: since the venue last told of the account or was compared with the ledger; how far our clock may be off. */
    health: query<void, { readonly account: number; readonly clock: number }>(nothing),
    inspect: query<void, ExecutionView>(nothing),
  },
  tells: {},
});
