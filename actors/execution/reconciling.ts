/**
 * Brings the ledger and the venue together after a start, a reconnect, and now and then: the fate of every order
 * that the ledger holds open and the venue does not, the fills since the last time, the balances. Running it twice
 * changes nothing, since the portfolio ignores what it has seen. Foreign orders are told and left alone.
 */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { AccountAtVenue, FundingPaid } from "../../adapters/venue/venue.ts";
import type { Reconciliation } from "../../contracts/execution.ts";
import type { LiveOrder } from "../../contracts/portfolio.ts";
import type { Fill, Order, OrderReport } from "../../domain/order/order.ts";
import type {
  Asset,
  ClientOrderId,
  InstrumentId,
  Money,
  Quantity,
  Timestamp,
} from "../../domain/values/values.ts";

const OVERLAP_MS = 60_000;
/** A venue may not show an order at once that it has just accepted. */
const MISSING_FOR_MS = 10_000;
/** Past the above, whatever the timer's grain is. */
const LOOK_AGAIN_MS = MISSING_FOR_MS + 100;
/** Where fills stay away: every look is dear. */
const LOOK_AGAIN_MAX_MS = 60_000;

export interface ReconcilingPorts {
  readonly venue: AccountAtVenue;
  readonly clock: Clock;
  readonly marketNow: () => Timestamp;
  /** What the ledger holds open. */
  liveOrders(): Promise<readonly LiveOrder[]>;
  /** Venue time up to which the ledger has booked fills: somebody may have traded by hand since. */
  bookedUntil(): Promise<Timestamp>;
  /** Instruments whose fills are asked for even when no order is open. */
  readonly instruments: readonly InstrumentId[];
  report(report: OrderReport): void;
  fill(fill: Fill): void;
  /** Of contracts: what was paid or received for holding them. */
  funding?(paid: FundingPaid): void;
  /** As they were at `asOf` or later. */
  balances(balances: ReadonlyMap<Asset, Money>, asOf: Timestamp): void;
  /** Run it once more then: an order is missing, or fills of one are, and money is reserved for it. */
  again?(afterMs: number): void;
}

export const reconciler = (ports: ReconcilingPorts) => {
  const { venue, clock, marketNow } = ports;
  /** Venue time up to which all fills have been told, by instrument. */
  const toldUntil = new Map<InstrumentId, Timestamp>();
  /** Accepted once, and now neither open nor known at the venue: since when, on our clock. */
  const missing = new Map<ClientOrderId, number>();
  /** Venue time up to which fundings have been told. */
  let fundedUntil: Timestamp | undefined;
  /** How often in a row the venue has told that more was filled than it shows fills of. */
  let lackedTimes = 0;
  let running: Promise<Reconciliation> | undefined;

  const fills = async (instrument: InstrumentId, since: Timestamp): Promise<readonly Fill[]> => {
    const found = await venue.fills(instrument, Math.max(0, since - OVERLAP_MS) as Timestamp);
    for (const fill of found) ports.fill(fill);
    toldUntil.set(instrument, found.at(-1)?.at ?? since);
    return found;
  };

  /** Venues forget closed orders, test venues all of them: told again later, it is closed with the fills told so far. */
  const forgotten = ({ id, account, instrument }: Order): OrderReport | undefined => {
    const now = clock.monotonic();
    const since = missing.get(id) ?? now;
    missing.set(id, since);
    if (now - since < MISSING_FOR_MS) return undefined;
    const filled = 0n as Quantity;
    const reason = "the venue does not know it any more";
    return { account, instrument, order: id, status: "cancelled", filled, reason, at: marketNow() };
  };

  const reconcile = async (): Promise<Reconciliation> => {
    const booked = await ports.bookedUntil();
    const live = await ports.liveOrders();
    const open = await venue.openOrders();
    const ours = new Set(live.map(({ order }) => order.id));
    const atVenue = new Set(open.map(({ order }) => order));
    const shown = new Map<InstrumentId, readonly Fill[]>();
    const instruments = new Set([...ports.instruments, ...live.map(({ order }) => order.instrument)]);
    for (const instrument of instruments) {
      const since = toldUntil.get(instrument) ?? booked;
      const oldest = live.find(({ order }) => order.instrument === instrument)?.order.at ?? since;
      shown.set(instrument, await fills(instrument, Math.min(since, oldest) as Timestamp));
    }
    const reports: OrderReport[] = [];
    const tell = (report: OrderReport): void => {
      reports.push(report);
      ports.report(report);
    };
    for (const report of open) if (ours.has(report.order)) tell(report);
    // An order nobody has heard of is the business of whoever sends it: it may be on its way now.
    const gone = live.flatMap(({ order, accepted }) => (accepted && !atVenue.has(order.id) ? [order] : []));
    for (const id of missing.keys()) if (!gone.some((order) => order.id === id)) missing.delete(id);
    for (const order of gone) {
      const found = (await venue.find(order.id, order.instrument)) ?? forgotten(order);
      if (found !== undefined) tell(found);
    }
    const lacks = ({ order, instrument, filled }: OrderReport): boolean =>
      filledIn(shown.get(instrument)!, order) < filled;
    // It filled after we had asked for fills, or the venue shows them late.
    for (const instrument of new Set(reports.filter(lacks).map((report) => report.instrument))) {
      const oldest = live.find(({ order }) => order.instrument === instrument)!.order.at;
      shown.set(instrument, await fills(instrument, oldest));
    }
    lackedTimes = reports.some(lacks) ? lackedTimes + 1 : 0;
    if (missing.size > 0) ports.again?.(LOOK_AGAIN_MS);
    else if (lackedTimes > 0)
      ports.again?.(Math.min(LOOK_AGAIN_MAX_MS, LOOK_AGAIN_MS * 2 ** (lackedTimes - 1)));
    // The time before asking: a fill that the stream tells meanwhile is not in the answer, and makes it the older news.
    const asOf = marketNow();
    const balances = await venue.balances();
    // Asked afterwards and told before: whatever these balances have in them of it is explained.
    fundedUntil ??= booked;
    for (const paid of (await venue.fundings?.((fundedUntil + 1) as Timestamp)) ?? []) {
      ports.funding?.(paid);
      fundedUntil = paid.at;
    }
    ports.balances(balances, asOf);
    return {
      asked: gone.length,
      fills: [...shown.values()].reduce((sum, { length }) => sum + length, 0),
      foreign: open.map(({ order }) => order).filter((id) => !ours.has(id)),
      at: marketNow(),
    };
  };

  return {
    /** One at a time; a second asker joins the first. */
    run(): Promise<Reconciliation> {
      running ??= reconcile().finally(() => {
        running = undefined;
      });
      return running;
    },
    /** What was told did not all arrive: later questions begin at what the ledger has booked. */
    forget(): void {
      toldUntil.clear();
    },
    /** A fill was told by the stream: later questions begin after it. */
    seen(fill: Fill): void {
      toldUntil.set(fill.instrument, fill.at);
    },
  };
};

const filledIn = (fills: readonly Fill[], id: ClientOrderId): Quantity =>
  fills.reduce((sum, { order, quantity }) => (order === id ? sum + quantity : sum), 0n) as Quantity;
