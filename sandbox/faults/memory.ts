/**
 * What the venue tells of orders and fills when asked. It may forget what is long over, not know yet what is new, and
 * after a restart know nothing of what was before. The venue itself keeps everything: GET /admin/orders is the truth.
 */
import type { OrderKey, SimulatedVenue, VenueFill, VenueOrder } from "../../simulation/venue/venue.ts";
import type { Faults } from "./faults.ts";

/** Ids up to which a restart has taken everything away. */
interface Cut {
  readonly order: number;
  /** By symbol. */
  readonly fill: ReadonlyMap<string, number>;
}

export class Memory {
  readonly #venue: SimulatedVenue;
  readonly #faults: Faults;
  /** Market time. */
  readonly #now: () => number;
  readonly #cuts = new Map<string, Cut>();

  constructor(venue: SimulatedVenue, faults: Faults, now: () => number) {
    this.#venue = venue;
    this.#faults = faults;
    this.#now = now;
  }

  order(account: string, symbol: string, by: OrderKey): VenueOrder | undefined {
    const order = this.#venue.order(account, symbol, by);
    return order !== undefined && this.#knowsOrder(order) ? order : undefined;
  }

  openOrders(account: string, symbol?: string): readonly VenueOrder[] {
    return this.#known(this.#venue.openOrders(account, symbol));
  }

  orders(account: string, symbol: string): readonly VenueOrder[] {
    return this.#known(this.#venue.orders(account, symbol));
  }

  fills(account: string, symbol: string): readonly VenueFill[] {
    const fills = this.#venue.fills(account, symbol);
    const { forgetFillsAfterMs = Infinity, fillsLagMs = 0 } = this.#faults.plan;
    const cut = this.#cuts.get(account)?.fill.get(symbol) ?? -1;
    if (forgetFillsAfterMs === Infinity && fillsLagMs === 0 && cut < 0) return fills;
    const now = this.#now();
    const known = fills.filter(
      ({ tradeId, at }) => tradeId > cut && now - at <= forgetFillsAfterMs && now - at >= fillsLagMs,
    );
    this.#faults.met.fillsHidden += fills.length - known.length;
    return known;
  }

  /** Nothing that was before can be asked for any more. */
  cut(account: string, symbols: Iterable<string>): void {
    let order = -1;
    const fill = new Map<string, number>();
    for (const symbol of symbols) {
      for (const { id } of this.#venue.orders(account, symbol)) order = Math.max(order, id);
      fill.set(symbol, this.#venue.fills(account, symbol).at(-1)?.tradeId ?? -1);
    }
    this.#cuts.set(account, { order, fill });
  }

  #known(orders: readonly VenueOrder[]): readonly VenueOrder[] {
    const { forgetOrdersAfterMs, ordersLagMs = 0 } = this.#faults.plan;
    if (forgetOrdersAfterMs === undefined && ordersLagMs === 0 && this.#cuts.size === 0) return orders;
    return orders.filter((order) => this.#knowsOrder(order));
  }

  #knowsOrder({ id, account, status, at, updatedAt }: VenueOrder): boolean {
    const { forgetOrdersAfterMs = Infinity, ordersLagMs = 0 } = this.#faults.plan;
    const now = this.#now();
    const isOpen = status === "new" || status === "partial";
    const forgotten = !isOpen && now - updatedAt > forgetOrdersAfterMs;
    const known = id > (this.#cuts.get(account)?.order ?? -1) && !forgotten && now - at >= ordersLagMs;
    if (!known) this.#faults.met.ordersHidden += 1;
    return known;
  }
}
