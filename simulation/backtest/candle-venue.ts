/**
 * A venue made of candles. What is known of a candle's inside is its four prices, so every fill here is a convention: at an
 * open what waits meets the open price; then the rest of the candle is either a range in which stops are reached before
 * limits (`next-open`, `same-close`), or a path (`intra-candle`, path.ts). docs/backtesting.md tells the rules.
 */
import type { FillConvention } from "./settings.ts";
import { SlippageMeter, type Slippage } from "./slippage.ts";
import { takeOut, type VenueNews, type VenueOrder } from "./venue-order.ts";
import { walk } from "./path.ts";
import { range } from "./range.ts";
import { allAt, Watch, Watches } from "./watches.ts";

/** Answers to answers at one moment: more is a strategy that trades with itself. */
const FILLS_MAX = 10_000;

export class CandleVenue<O extends VenueOrder = VenueOrder> {
  /** Orders that stand or wait, over all markets. */
  working = 0;
  /** Market time, ms; set by the owner before it lets anything happen. */
  now = 0;
  /** The price now, by market: the last close, or the open once it is there; NaN before the first. */
  readonly last: Float64Array;
  readonly measures: boolean;
  readonly #orders: O[][];
  readonly #convention: FillConvention;
  readonly #slippage: SlippageMeter;
  readonly #latencyMs: number;
  readonly #news: VenueNews<O>;
  /** By market: the venue's own stop, at the price at which the margin of a contract's position is used up. Spot has none. */
  readonly #guards: (VenueOrder | undefined)[];
  readonly #watches: Watches;
  /** The market whose price is being told just now: an order for it arrives at once. */
  #live = -1;
  #liveFrom = 0;
  #inside = false;
  /** The market of which a price that somebody waited for is being told: what is sent for it arrives at that very price. */
  #seen = -1;

  constructor(
    count: number,
    settings: {
      readonly convention: FillConvention;
      readonly slippage: Slippage;
      readonly latencyMs: number;
    },
    news: VenueNews<O>,
  ) {
    this.last = new Float64Array(count).fill(NaN);
    this.#orders = Array.from({ length: count }, () => []);
    this.#guards = Array.from({ length: count }, () => undefined);
    this.#watches = new Watches(count);
    this.#convention = settings.convention;
    this.#slippage = new SlippageMeter(count, settings.slippage);
    this.#latencyMs = settings.latencyMs;
    this.measures = this.#slippage.measures;
    this.#news = news;
  }

  /** Whether any order of this market stands or waits. */
  busy(i: number): boolean {
    return this.#orders[i]!.length > 0 || this.#guards[i] !== undefined || this.#watches.any(i);
  }

  /** Instead of the one before; whoever hears of its fill tells it from orders. It knows no latency, is there from now on, and comes before all orders at an open. */
  guard(i: number, order: VenueOrder | undefined): void {
    const before = this.#guards[i];
    if (before !== undefined) before.done = true;
    this.working += (order === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
    this.#guards[i] = order;
    if (order === undefined) return;
    order.arrived = true;
    order.availableAt = this.#live === i ? this.#liveFrom : this.now;
  }

  /** `seen` is told when the price comes down to `below` or up to `above`, from now on; infinite: nobody waits. Knows no latency. */
  watch(i: number, below: number, above: number): void {
    const from = this.#live === i || this.#seen === i ? this.#liveFrom : this.now;
    this.working += this.#watches.set(i, below, above, from, this.now);
  }

  place(order: O): void {
    // As venues do: a stop that would go off at once is refused. One that meets such a price on its arrival goes off there.
    if (order.waits && this.#live !== order.i && order.reachedBy(this.last[order.i]!)) {
      order.done = true;
      this.#news.ended(order, "refused", "would-take", this.now);
      return;
    }
    const atOnce = this.#latencyMs === 0 && this.#arrivesAtOnce(order.i);
    order.availableAt = this.#live === order.i && atOnce ? this.#liveFrom : this.now + this.#latencyMs;
    this.#orders[order.i]!.push(order);
    this.working += 1;
    if (atOnce) this.#arrive(order, this.last[order.i]!, this.now);
  }

  cancel(order: O): void {
    if (order.done) return;
    this.#leave(order);
    this.#news.ended(order, "cancelled", "", this.now);
  }

  /** A candle opens: what waits for a price meets it, what rests is jumped over. */
  open(i: number, price: number, at: number): void {
    this.now = at;
    this.last[i] = price;
    this.#live = i;
    this.#liveFrom = at;
    const guard = this.#guards[i];
    if (guard?.reachedBy(price) === true) this.reach(guard as O, price, at);
    this.meet(i, price, at, at);
    if (this.#watches.any(i)) this.#look(i, price, price, at, at);
    this.#live = -1;
  }

  /** Everything of this market that the price `price` concerns, as it stands there at `at`, in a candle that opened at `openAt`. */
  meet(i: number, price: number, at: number, openAt: number): void {
    this.last[i] = price;
    const orders = this.#orders[i]!;
    if (orders.length === 1) this.#meetOne(orders[0]!, price, at, openAt);
    else for (const order of [...orders]) this.#meetOne(order, price, at, openAt);
  }

  #meetOne(order: O, price: number, at: number, openAt: number): void {
    if (order.done || order.availableAt > openAt) return;
    if (!order.arrived) this.#arrive(order, price, at);
    else if (order.waits) {
      if (order.reachedBy(price)) this.reach(order, price, at);
    } else if (order.passedBy(price)) this.fill(order, price, true, at);
  }

  /** The rest of the candle, after its open. Closes it: `last` is its close then. */
  inside(i: number, openAt: number, [open, high, low, close]: Ohlc, closeAt: number): void {
    this.now = closeAt;
    if (this.#convention === "intra-candle") {
      this.#live = i;
      this.#liveFrom = openAt;
      const own = this.#orders[i]!;
      walk(
        this,
        this.#guards[i] === undefined && !this.#watches.any(i)
          ? own
          : allAt(i, own, this.#guards, this.#watches),
        i,
        { open, high, low, close, openAt, closeAt },
        FILLS_MAX,
      );
      this.#live = -1;
    } else {
      this.#inside = true;
      const orders = this.#orders[i]!.filter((order) => order.arrived && order.availableAt <= openAt);
      range(this, orders, { low, high, closeAt }, () => {
        const guard = this.#guards[i];
        if (guard?.reachedBy(guard.buys ? high : low) === true && guard.availableAt <= openAt)
          this.reach(guard as O, guard.stopPrice, closeAt);
        this.#liveFrom = openAt;
        this.#look(i, low, high, closeAt, openAt);
      });
      this.#inside = false;
    }
    this.last[i] = close;
  }

  /** All candles of a moment have closed: with `same-close` what was sent in answer to them meets their closes. */
  closed(): void {
    if (this.#convention !== "same-close" || this.#latencyMs > 0) return;
    for (const orders of this.#orders)
      for (const order of [...orders])
        if (!order.done && !order.arrived) this.#arrive(order, this.last[order.i]!, this.now);
  }

  /** What slippage is measured by. */
  measure(i: number, before: number, close: number, volume: number): void {
    this.#slippage.measure(i, before, close, volume);
  }

  /** Its stop was reached at this price. */
  reach(order: O, price: number, at: number): void {
    if (order instanceof Watch) {
      this.#see(order, price, at);
      return;
    }
    order.waits = false;
    order.triggeredAt = at;
    if (order.accepts(price)) this.fill(order, price, false, at);
  }

  fill(order: O, price: number, maker: boolean, at: number): void {
    this.#leave(order);
    this.#news.filled(order, maker ? price : this.#slippage.slipped(order, price), maker, at);
  }

  /** Every price between these that somebody waits for. At an open, where both are one, all are met there. */
  #look(i: number, low: number, high: number, at: number, openAt: number): void {
    for (;;) {
      const watch = this.#watches.met(i, low, high, openAt);
      if (watch === undefined) return;
      this.#see(watch, low === high ? low : watch.stopPrice, at);
    }
  }

  #see(watch: Watch, price: number, at: number): void {
    const { i } = watch;
    watch.done = true;
    this.last[i] = price;
    this.#seen = i;
    this.#news.seen!(i, price, at);
    this.#seen = -1;
    this.#news.told!();
  }

  #arrivesAtOnce(i: number): boolean {
    if (this.#seen === i) return true;
    return this.#live === i || (this.#convention === "same-close" && !this.#inside && this.last[i]! > 0);
  }

  #arrive(order: O, price: number, at: number): void {
    order.arrived = true;
    if (order.waits) {
      if (order.reachedBy(price)) this.reach(order, price, at);
      else this.#news.accepted(order, at);
    } else if (order.accepts(price)) {
      if (order.timeInForce === "PO") this.#end(order, "refused", "would-take", at);
      else this.fill(order, price, false, at);
    } else if (order.timeInForce === "IOC" || order.timeInForce === "FOK")
      this.#end(order, "expired", "", at);
    else this.#news.accepted(order, at);
  }

  #end(order: O, status: "expired" | "refused", reason: string, at: number): void {
    this.#leave(order);
    this.#news.ended(order, status, reason, at);
  }

  #leave(order: O): void {
    order.done = true;
    if (this.#guards[order.i] === order) {
      this.guard(order.i, undefined);
      return;
    }
    takeOut(this.#orders[order.i]!, order);
    this.working -= 1;
  }
}

export type Ohlc = readonly [open: number, high: number, low: number, close: number];
