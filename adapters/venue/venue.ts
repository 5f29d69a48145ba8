/**
 * The door to exchanges. `Market` is one venue's public side (actor `exchange`), `AccountAtVenue` one
 * account's private side (actor `execution`). Implementations hide limits, retries, reconnects and
 * clock offset; they never repeat an order and never turn "nobody knows" into "no".
 */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { ContractTerms, Instrument } from "../../domain/market/instrument.ts";
import type { Quote, Trade } from "../../domain/market/tick.ts";
import type { Fill, Order, OrderReport, VenueRefusal } from "../../domain/order/order.ts";
import type {
  Asset,
  ClientOrderId,
  Decimal,
  InstrumentId,
  Money,
  Price,
  Timestamp,
  VenueId,
} from "../../domain/values/values.ts";

export interface Capabilities {
  readonly orderTypes: readonly string[];
  readonly timeInForce: readonly string[];
  readonly watchTrades: boolean;
  readonly watchQuotes: boolean;
  readonly watchBooks: boolean;
  readonly watchAccount: boolean;
  /** Orders can be asked for by our own id. */
  readonly findByClientId: boolean;
  /** The venue refuses a signed request older than its receive window, so "not found" becomes final. */
  readonly requestDeadline: boolean;
  /** That window, ms. */
  readonly requestDeadlineMs?: number;
  readonly shorts: boolean;
}

export interface StreamHealth {
  readonly stream: string;
  /** Arrival time of the last message on our clock; the age of data is liveness, not the socket's state. */
  readonly lastAt: Timestamp;
  readonly reconnects: number;
  readonly gapsFilled: number;
  /** Trades in gaps that the venue could no longer tell. */
  readonly tradesLost?: number;
}

export interface Book {
  readonly updateId: number;
  /** Venue time of its last change; ours of its arrival where the venue tells none. */
  readonly at: Timestamp;
  /** [price, quantity], best first. */
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}

export interface MarketSink {
  /** In venue order, none twice, gaps filled by REST before later trades are told. */
  trades(instrument: InstrumentId, trades: readonly Trade[]): void;
  quote?(instrument: InstrumentId, quote: Quote): void;
  book?(instrument: InstrumentId, book: Book): void;
  /** Whose books are wanted; absent: of all that are watched. */
  readonly booksOf?: ReadonlySet<InstrumentId>;
  /** Metadata changed: other filters, paused, delisted. */
  instrument?(instrument: Instrument): void;
}

export interface Market {
  readonly venue: VenueId;
  readonly capabilities: Capabilities;
  /** From the cache unless `fresh`. */
  instruments(fresh?: boolean): Promise<readonly Instrument[]>;
  /** Final candles, oldest first, from `since` (open time, ms), at most `limit`. */
  candles(
    instrument: InstrumentId,
    timeframe: Timeframe,
    since: Timestamp,
    limit: number,
  ): Promise<readonly Candle[]>;
  /** Starts the streams; resolves once the first subscription stands. */
  watch(instruments: readonly InstrumentId[], sink: MarketSink): Promise<void>;
  health(): readonly StreamHealth[];
  /** False while its stream is down, or trades of it are being asked for that came before later ones: it knows no later time. */
  whole(instrument: InstrumentId): boolean;
  /** Venue clock minus ours, ms. */
  clockOffsetMs(): number;
  /** How far our clock may be off the venue's since they were last compared, ms. Much makes it compare again. */
  clockOffMs(): number;
  close(): Promise<void>;
}

/** What became of a request that may have changed something at the venue. */
export type Outcome =
  | { readonly type: "accepted"; readonly venueOrderId: string; readonly at: Timestamp }
  | {
      readonly type: "refused";
      readonly reason: VenueRefusal;
      readonly detail: string;
      readonly at: Timestamp;
    }
  /** Never left us (breaker open, limit, refused connection): may be sent later under the same id. */
  | { readonly type: "not-sent"; readonly detail: string; readonly retryAfterMs: number }
  /** Time-out, reset or 5xx after it was sent: ask `find`, never place again. */
  | { readonly type: "unknown"; readonly detail: string };

export interface AccountSink {
  report(report: OrderReport): void;
  fill(fill: Fill): void;
  /** Totals (free plus locked) after a change; `at` is the venue's time of it, where it tells one. None is older than one told before. */
  balances(balances: ReadonlyMap<Asset, Money>, at?: Timestamp): void;
  /** The stream was down: what happened meanwhile must be asked for. */
  resumed(): void;
}

/** A funding time at which the account paid or received for a contract it held. */
export interface FundingPaid {
  /** The contract; in hedge mode too, since the venue does not say what was for which leg. */
  readonly instrument: InstrumentId;
  readonly rate: Decimal;
  readonly mark: Price;
  /** Below zero: paid. */
  readonly amount: Money;
  readonly at: Timestamp;
}

/** How a contract is held at the venue now. */
export interface TermsAtVenue extends ContractTerms {
  readonly instrument: InstrumentId;
  /** Of the whole account, where it is configured. */
  readonly positionMode?: "net" | "hedge";
  /** Why that is not what is configured: orders that add are refused. */
  readonly problem?: string;
}

export interface AccountAtVenue {
  /** Sets position mode, leverage and margin mode where they are not as configured; tells of those that are configured. Absent: it has none. */
  arrange?(instruments: readonly InstrumentId[]): Promise<readonly TermsAtVenue[]>;
  place(order: Order): Promise<Outcome>;
  /** Cancel of an unknown order is `accepted` after the venue said that it does not know it. */
  cancel(order: ClientOrderId, instrument: InstrumentId): Promise<Outcome>;
  /** By our own id; undefined when the venue does not know it (final only past the request deadline). */
  find(order: ClientOrderId, instrument: InstrumentId): Promise<OrderReport | undefined>;
  openOrders(): Promise<readonly OrderReport[]>;
  /** Oldest first, from `since` (venue time). */
  fills(instrument: InstrumentId, since: Timestamp): Promise<readonly Fill[]>;
  balances(): Promise<ReadonlyMap<Asset, Money>>;
  /** Oldest first, from `since` (venue time); absent, or none, where no contracts are held. */
  fundings?(since: Timestamp): Promise<readonly FundingPaid[]>;
  watch(sink: AccountSink): Promise<void>;
  health(): readonly StreamHealth[];
  /** How far our clock may be off the venue's since they were last compared, ms. Much makes it compare again. */
  clockOffMs(): number;
  close(): Promise<void>;
}
