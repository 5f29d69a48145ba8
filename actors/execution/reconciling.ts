/**
 * Brings the ledger and the venue together after a start, a reconnect, and now and then: the fate of every order
 * that the ledger holds open and the venue does not, the fills since the last time, the balances. Running it twice
 * changes nothing, since the portfolio ignores what it has seen. Foreign orders are told and left alone.
 */
import type { AccountAtVenue } from "../../adapters/venue/venue.ts";
import type { Reconciliation } from "../../contracts/execution.ts";
import type { LiveOrder } from "../../contracts/portfolio.ts";
import type { Fill, OrderReport } from "../../domain/order/order.ts";
import type { Asset, InstrumentId, Money, Timestamp } from "../../domain/values/values.ts";

const OVERLAP_MS = 60_000;

export interface ReconcilingPorts {
  readonly venue: AccountAtVenue;
  readonly marketNow: () => Timestamp;
  /** What the ledger holds open. */
  liveOrders(): Promise<readonly LiveOrder[]>;
  /** Instruments whose fills are asked for even when no order is open. */
  readonly instruments: readonly InstrumentId[];
  report(report: OrderReport): void;
  fill(fill: Fill): void;
  balances(balances: ReadonlyMap<Asset, Money>): void;
}

export const reconciler = (ports: ReconcilingPorts) => {
  const { venue, marketNow } = ports;
  /** Venue time up to which all fills have been told, by instrument. */
  const toldUntil = new Map<InstrumentId, Timestamp>();
  let running: Promise<Reconciliation> | undefined;

  const fills = async (instrument: InstrumentId, since: Timestamp): Promise<number> => {
    const found = await venue.fills(instrument, Math.max(0, since - OVERLAP_MS) as Timestamp);
    for (const fill of found) ports.fill(fill);
    const last = found.at(-1);
    if (last !== undefined) toldUntil.set(instrument, last.at);
    return found.length;
  };

  const reconcile = async (): Promise<Reconciliation> => {
    const live = await ports.liveOrders();
    const open = await venue.openOrders();
    const ours = new Set(live.map(({ order }) => order.id));
    const atVenue = new Set(open.map(({ order }) => order));
    let told = 0;
    const instruments = new Set([...ports.instruments, ...live.map(({ order }) => order.instrument)]);
    for (const instrument of instruments) {
      const since = toldUntil.get(instrument);
      const oldest = live.find(({ order }) => order.instrument === instrument)?.order.at;
      if (since === undefined && oldest === undefined) continue;
      told += await fills(instrument, Math.min(since ?? Infinity, oldest ?? Infinity) as Timestamp);
    }
    for (const report of open) if (ours.has(report.order)) ports.report(report);
    let asked = 0;
    for (const { order, accepted } of live) {
      // An order nobody has heard of is the business of whoever sends it: it may be on its way now.
      if (atVenue.has(order.id) || !accepted) continue;
      asked += 1;
      const found = await venue.find(order.id, order.instrument);
      if (found !== undefined) ports.report(found);
    }
    ports.balances(await venue.balances());
    return {
      asked,
      fills: told,
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
    /** A fill was told by the stream: later questions begin after it. */
    seen(fill: Fill): void {
      toldUntil.set(fill.instrument, fill.at);
    },
  };
};
