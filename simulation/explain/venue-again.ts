/**
 * The venue once more: what a run sent, put before the simulated venue at the moments at which it arrived, over the same
 * prints. What comes out is what these orders had to fill at; a run whose fills differ has another cause than its latency.
 */
import type { Order } from "../../domain/order/order.ts";
import type { ClientOrderId, Money, Side } from "../../domain/values/values.ts";
import type { TickSource, TickStage } from "../ticks/settings.ts";
import { newOrderOf } from "../ticks/venue-words.ts";
import { createVenue } from "../venue/engine.ts";
import type { Listing, SimulatedVenue, VenueFill } from "../venue/venue.ts";

/** An order as the venue got it. */
export interface Arrival {
  readonly order: Order;
  /** Venue time, ms. */
  readonly at: number;
  /** When the venue took it back on request. */
  readonly cancelledAt?: number;
}

/** Prices as they printed, oldest first; as 1e-18 decimals. */
export interface Printed {
  readonly at: number[];
  readonly price: bigint[];
}

export interface VenueAgain {
  readonly fills: ReadonlyMap<string, readonly VenueFill[]>;
  /** Why the venue did not take an order. */
  readonly refusals: ReadonlyMap<string, string>;
  /** By instrument id. */
  readonly printed: ReadonlyMap<string, Printed>;
  readonly listings: ReadonlyMap<string, Listing>;
  readonly prints: number;
}

interface Step {
  readonly at: number;
  readonly arrival: Arrival;
  readonly cancels: boolean;
}

export const venueAgain = (settings: {
  readonly source: TickSource;
  readonly venue: string;
  readonly account: string;
  readonly balances: Readonly<Record<string, Money>>;
  readonly arrivals: readonly Arrival[];
}): VenueAgain => new Again(settings).run();

class Again implements TickStage {
  readonly venue: SimulatedVenue = createVenue({ quietTape: true });
  private readonly source: TickSource;
  private readonly account: string;
  private readonly steps: readonly Step[];
  private readonly bySymbol = new Map<string, Listing & { readonly id: string }>();
  private readonly listings = new Map<string, Listing>();
  private readonly printed = new Map<string, Printed>();
  private readonly fills = new Map<string, VenueFill[]>();
  private readonly refusals = new Map<string, string>();
  private next = 0;
  private prints = 0;

  constructor({ source, venue, account, balances, arrivals }: Parameters<typeof venueAgain>[0]) {
    this.source = source;
    this.account = account;
    for (const listing of source.listings) {
      const id = `${venue}:${listing.base}/${listing.quote}`;
      this.venue.list(listing);
      this.bySymbol.set(listing.symbol, { ...listing, id });
      this.listings.set(id, listing);
      this.printed.set(id, { at: [], price: [] });
    }
    for (const [asset, amount] of Object.entries(balances)) this.venue.deposit(account, asset, amount, 0);
    this.steps = arrivals
      .flatMap((arrival): Step[] => [
        { at: arrival.at, arrival, cancels: false },
        ...(arrival.cancelledAt === undefined ? [] : [{ at: arrival.cancelledAt, arrival, cancels: true }]),
      ])
      .sort((a, b) => a.at - b.at);
  }

  /** What arrives in the millisecond of a print comes behind it: the sandbox lets no order in while it prints. */
  run(): VenueAgain {
    const { source, steps } = this;
    for (let at = source.nextAt(); at !== undefined; at = source.nextAt()) {
      while (this.next < steps.length && steps[this.next]!.at < at) this.act();
      source.apply(this);
      this.hear();
    }
    while (this.next < steps.length) this.act();
    const { fills, refusals, printed, listings, prints } = this;
    return { fills, refusals, printed, listings, prints };
  }

  print(symbol: string, tradeId: number, ticks: number, lots: number, takerSide: Side, at: number): void {
    this.prints += 1;
    const { id, tick } = this.bySymbol.get(symbol)!;
    const printed = this.printed.get(id)!;
    printed.at.push(at);
    printed.price.push(BigInt(ticks) * tick);
    this.venue.print(symbol, tradeId, ticks, lots, takerSide, at);
  }

  private act(): void {
    const { at, arrival, cancels } = this.steps[this.next]!;
    this.next += 1;
    const { order } = arrival;
    const listing = this.listings.get(order.instrument)!;
    if (cancels) this.venue.cancel(this.account, listing.symbol, { clientId: order.id }, at);
    else {
      const submitted = this.venue.submit(newOrderOf(order, listing, this.account), at);
      if (!submitted.ok) this.refusals.set(order.id, submitted.refusal);
    }
    this.hear();
  }

  private hear(): void {
    for (const event of this.venue.drain()) {
      if (event.type !== "fill") continue;
      const id = event.fill.clientId as ClientOrderId;
      const known = this.fills.get(id);
      if (known === undefined) this.fills.set(id, [event.fill]);
      else known.push(event.fill);
    }
  }
}
