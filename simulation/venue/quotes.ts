/**
 * The makers of one synthetic pair: a fixed number of orders a side, the first at the touch, the others at
 * exponentially distributed distances behind it. With every move they withdraw what the price has passed or
 * left behind, cancel a few by chance, and put new ones in, so that depth taken away comes back.
 */
import type { Chance } from "../../domain/values/chance.ts";
import type { Side } from "../../domain/values/values.ts";
import { toFloat } from "../../domain/values/values.ts";
import type { Listing, SimulatedVenue, VenueOrder } from "./venue.ts";

/** Mean distance of a quote from the touch, and the farthest that is kept, in spreads. */
const DISTANCE_MEAN = 6;
const DISTANCE_MAX = 40;
/** Part of the quotes that is withdrawn at each move for no reason that others see. */
const CHURN = 0.04;

/** Lots of a quote amount at a price, within the filters, and never below the smallest notional. */
export const sizeIn = (listing: Listing, price: number, amount: number): number => {
  const lotValue = price * toFloat(listing.lot);
  const least = Math.max(listing.lotsMin, Math.ceil((toFloat(listing.notionalMin) * 1.01) / lotValue));
  return Math.min(listing.lotsMax, Math.max(least, Math.round(amount / lotValue)));
};

export class Quotes {
  private readonly venue: SimulatedVenue;
  private readonly account: string;
  private readonly symbol: string;
  private readonly count: number;
  private readonly spreadBps: number;
  private readonly orderNotional: number;
  private readonly chance: Chance;
  private bids: VenueOrder[] = [];
  private asks: VenueOrder[] = [];

  constructor(
    venue: SimulatedVenue,
    account: string,
    symbol: string,
    count: number,
    spreadBps: number,
    orderNotional: number,
    chance: Chance,
  ) {
    this.venue = venue;
    this.account = account;
    this.symbol = symbol;
    this.count = count;
    this.spreadBps = spreadBps;
    this.orderNotional = orderNotional;
    this.chance = chance;
  }

  /** All lots that the makers of a side have in the book. */
  lots(side: Side): number {
    let sum = 0;
    for (const order of side === "buy" ? this.bids : this.asks)
      if (order.status === "new" || order.status === "partial") sum += order.lots - order.filledLots;
    return sum;
  }

  /** New fair price, and how much it moves in a second (spreads widen with it). */
  move(fair: number, sigma: number, at: number): void {
    const listing = this.venue.listing(this.symbol);
    if (listing?.status !== "trading") return;
    const ticks = fair / toFloat(listing.tick);
    const spread = Math.max(1, ticks * (this.spreadBps / 10_000 + sigma * 0.5));
    // The touch is at least one tick wide, and there is always a price to bid.
    const ask = Math.max(2, Math.ceil(ticks + spread / 2));
    const bid = Math.max(1, Math.min(ask - 1, Math.floor(ticks - spread / 2)));
    // Both sides withdraw before either quotes anew: the makers do not trade with themselves.
    this.bids = this.withdraw(this.bids, bid, -1, spread, at);
    this.asks = this.withdraw(this.asks, ask, 1, spread, at);
    this.replenish(listing, this.bids, "buy", bid, spread, fair, at);
    this.replenish(listing, this.asks, "sell", ask, spread, fair, at);
  }

  private withdraw(
    orders: VenueOrder[],
    touch: number,
    away: 1 | -1,
    spread: number,
    at: number,
  ): VenueOrder[] {
    const kept: VenueOrder[] = [];
    for (const order of orders) {
      if (order.status !== "new" && order.status !== "partial") continue;
      const distance = (order.ticks! - touch) * away;
      const leaves = distance < 0 || distance > spread * DISTANCE_MAX || this.chance.next() < CHURN;
      if (leaves) this.venue.cancel(this.account, this.symbol, { id: order.id }, at);
      else kept.push(order);
    }
    return kept;
  }

  private replenish(
    listing: Listing,
    orders: VenueOrder[],
    side: Side,
    touch: number,
    spread: number,
    fair: number,
    at: number,
  ): void {
    const { chance, account, symbol, venue } = this;
    let touched = orders.some((order) => order.ticks === touch);
    while (orders.length < this.count || !touched) {
      const distance = touched ? Math.ceil(chance.wait(spread * DISTANCE_MEAN)) : 0;
      touched = true;
      const ticks = Math.max(1, side === "buy" ? touch - distance : touch + distance);
      // More stands farther from the touch.
      const size =
        this.orderNotional * (1 + distance / (spread * DISTANCE_MEAN)) * Math.exp(0.7 * chance.gaussian());
      const lots = sizeIn(listing, fair, size);
      const submitted = venue.submit(
        { account, symbol, clientId: "", side, type: "limit", timeInForce: "GTC", lots, ticks },
        at,
      );
      if (!submitted.ok) return;
      orders.push(submitted.order);
    }
  }
}
