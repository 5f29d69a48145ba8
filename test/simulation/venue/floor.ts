/** A small venue for tests: one pair with round numbers, an unlimited crowd, and one-line orders. */
import { createVenue } from "../../../simulation/venue/engine.ts";
import type { VenueOptions } from "../../../simulation/venue/venue-options.ts";
import type {
  Listing,
  NewOrder,
  SimulatedVenue,
  Submitted,
  VenueEvent,
  VenueFill,
  VenueOrder,
} from "../../../simulation/venue/venue.ts";
import { decimal, format, money } from "../../../domain/values/values.ts";

/** Tick 1 USDT, lot 0.01 BTC: 1 lot at 100 is 1 USDT. Maker pays 10 bps, taker 20. */
export const listing = (changes: Partial<Listing> = {}): Listing => ({
  symbol: "BTC/USDT",
  base: "BTC",
  quote: "USDT",
  tick: decimal("1"),
  lot: decimal("0.01"),
  lotsMin: 1,
  lotsMax: 1_000_000,
  notionalMin: money("0"),
  makerBps: 10,
  takerBps: 20,
  feeStep: decimal("0.00000001"),
  status: "trading",
  ...changes,
});

/** "buy 5 @ 100 IOC", "sell 5 market", "buy 5 stop 110", "sell 5 @ 90 stop 95", each with "#id" at its end if wanted. */
export const orderOf = (account: string, text: string, changes: Partial<NewOrder> = {}): NewOrder => {
  const match =
    /^(buy|sell) (\d+)(?: market)?(?: @ (\d+))?(?: stop (\d+))?(?: (GTC|IOC|FOK|PO))?(?: #(\w+))?$/.exec(
      text,
    );
  if (match === null) throw new Error(`no order: ${text}`);
  const [, side, lots, ticks, stop, timeInForce = "GTC", clientId = ""] = match;
  const limited = ticks !== undefined;
  const type = stop === undefined ? (limited ? "limit" : "market") : limited ? "stop-limit" : "stop-market";
  return {
    account,
    symbol: "BTC/USDT",
    clientId,
    side: side as "buy" | "sell",
    type,
    timeInForce: timeInForce as NewOrder["timeInForce"],
    lots: Number(lots),
    ...(limited ? { ticks: Number(ticks) } : {}),
    ...(stop === undefined ? {} : { stopTicks: Number(stop) }),
    ...changes,
  };
};

export class Floor {
  readonly venue: SimulatedVenue;
  private now = 0;
  private readonly seen: VenueEvent[] = [];
  private prints = 0;

  constructor(options: VenueOptions = {}, changes: Partial<Listing> = {}) {
    this.venue = createVenue({ unlimited: ["crowd"], ...options });
    this.venue.list(listing(changes), 0);
  }

  deposit(account: string, amounts: Record<string, string>): this {
    for (const [asset, amount] of Object.entries(amounts))
      this.venue.deposit(account, asset, money(amount), this.tick());
    return this;
  }

  try(account: string, text: string, changes: Partial<NewOrder> = {}): Submitted {
    return this.venue.submit(orderOf(account, text, changes), this.tick());
  }

  /** Must be accepted. */
  place(account: string, text: string, changes: Partial<NewOrder> = {}): VenueOrder {
    const submitted = this.try(account, text, changes);
    if (!submitted.ok) throw new Error(`${text}: ${submitted.refusal}, ${submitted.detail}`);
    return submitted.order;
  }

  /** The crowd's orders, oldest first. */
  crowd(...texts: string[]): this {
    for (const text of texts) this.place("crowd", text);
    return this;
  }

  oco(account: string, limit: string, stop: string): Submitted {
    return this.venue.submitOco(orderOf(account, limit), orderOf(account, stop), this.tick());
  }

  cancel(order: VenueOrder): VenueOrder | undefined {
    return this.venue.cancel(order.account, "BTC/USDT", { id: order.id }, this.tick());
  }

  /** Recorded prints "5 @ 100", taken by a buyer unless "sold". */
  print(...texts: string[]): this {
    for (const text of texts) {
      const match = /^(\d+) @ (\d+)( sold)?$/.exec(text)!;
      this.prints += 1;
      const side = match[3] === undefined ? "buy" : "sell";
      this.venue.print("BTC/USDT", this.prints, Number(match[2]), Number(match[1]), side, this.tick());
    }
    return this;
  }

  /** "free/locked". */
  holds(account: string, asset: string): string {
    const { free, locked } = this.venue.balance(account, asset);
    return `${format(free)}/${format(locked)}`;
  }

  /** "lots@ticks" of each level, best first. */
  get book(): { bids: string; asks: string } {
    const { bids, asks } = this.venue.depth("BTC/USDT", 100);
    const text = (levels: readonly (readonly [number, number])[]) =>
      levels.map(([ticks, lots]) => `${lots}@${ticks}`).join(" ");
    return { bids: text(bids), asks: text(asks) };
  }

  fills(account: string): readonly VenueFill[] {
    return this.venue.fills(account, "BTC/USDT");
  }

  /** "lots@ticks liquidity" of each fill. */
  filled(account: string): string {
    return this.fills(account)
      .map((fill) => `${fill.lots}@${fill.ticks} ${fill.liquidity}`)
      .join(", ");
  }

  get events(): readonly VenueEvent[] {
    this.seen.push(...this.venue.drain());
    return this.seen;
  }

  /** What was told of one account's orders, in order: "accepted", "fill 5", "cancelled" ... */
  story(order: VenueOrder): string {
    return this.events
      .flatMap((event) => {
        if (event.type === "order" && event.order === order)
          return [event.refusal === undefined ? event.why : `${event.why}: ${event.refusal}`];
        return event.type === "fill" && event.order === order ? [`fill ${event.fill.lots}`] : [];
      })
      .join(", ");
  }

  tick(): number {
    this.now += 1;
    return this.now;
  }
}
