/**
 * What market makers have in common: at each close and quote a bid and an ask about the price, sized by the inventory. Post-only. On
 * spot the inventory lies between nothing and the share of equity. The price is the mid of the best quote where there is one,
 * else the last close. Where the quotes lie is the business of each maker's pricing.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Quote } from "../market/tick.ts";
import { Quoter } from "./quoter.ts";
import { loadLanes, saveLanes } from "./saved.ts";
import { Sizes, spareAt, spareQuote } from "./sizes.ts";
import type { Desk, OrderUpdate, Params, Saved, Trader } from "./strategy.ts";
import type { WorkingOrders } from "./working-orders.ts";

export interface MakerParams extends Params {
  /** Of each order, as a part of the exposure. */
  readonly size: number;
  /** Inventory to come back to, as a part of the exposure. */
  readonly target: number;
  readonly toleranceBps: number;
  /** See the quoter. */
  readonly hangingBps: number;
  readonly fillDelayMs: number;
  /** The order that leads away from the target shrinks by e^-shape with each order size beyond it. */
  readonly shape: number;
  /** Beyond this part of the best quote's size to one side, the order that the price would run over is withdrawn; 1: never. */
  readonly imbalance: number;
  /** Quotes that are older are not believed: what rests is withdrawn; 0 believes all. */
  readonly staleMs: number;
  readonly timeframe: string;
  readonly exposure: number;
}

/** One instrument's; a plain object of numbers, which is saved field by field. */
export interface Pricing {
  /** As ratios of the price; NaN while they are not known. */
  bid: number;
  ask: number;
  /** A final candle of the maker's timeframe. */
  learn(candle: Candle): void;
  /** Sets both for an inventory so many order sizes beyond the target. */
  price(beyond: number): void;
}

class Lane {
  readonly quoter: Quoter;
  readonly pricing: Pricing;
  /** The last mid or close. */
  last = Number.NaN;
  settled = true;
  /** When the last quote was heard; NaN before the first. */
  heardAt = Number.NaN;
  /** The largest inventory, as a part of what the lane may hold, and how often quotes were withdrawn. */
  peak = 0;
  withdrawn = 0;
  stale = false;
  /** Base units bought and not sold again, and what they have cost; 0 where that is not known. */
  units = 0;
  cost = 0;

  constructor(quoter: Quoter, pricing: Pricing) {
    this.quoter = quoter;
    this.pricing = pricing;
  }

  get orders(): WorkingOrders {
    return this.quoter.orders;
  }

  traded(buys: boolean, quantity: number, price: number): void {
    const units = Math.max(0, this.units + (buys ? quantity : -quantity));
    if (buys) this.cost += quantity * price;
    else this.cost *= this.units > 0 ? units / this.units : 0;
    this.units = units;
  }

  /** What a position has cost, on the average; what it is worth where that is not known. */
  costOf(position: number, last: number): number {
    return position * (this.units > 0 ? this.cost / this.units : last);
  }
}

/** How near to the price a quote may come, as a part of it: what would take is refused. */
const EDGE = 1e-4;

/** Sums of the ledger are rounded otherwise than ours. */
const HAIR = 1e-6;

/** How much more is bid than asked at the best prices, -1 to 1; 0 where nobody says. */
const leanOf = ({ bidQuantity, askQuantity }: Quote): number =>
  bidQuantity + askQuantity > 0 ? (bidQuantity - askQuantity) / (bidQuantity + askQuantity) : 0;

export class Maker implements Trader {
  private readonly params: MakerParams;
  private readonly sizes: readonly Sizes[];
  private readonly lanes: readonly Lane[];
  private readonly apart: boolean;
  private watchAt = Infinity;

  constructor(params: MakerParams, market: readonly Instrument[], pricing: (sizes: Sizes) => Pricing) {
    this.params = params;
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.apart = new Set(market.map(({ venue }) => venue)).size > 1;
    this.lanes = this.sizes.map((sizes, i) => new Lane(new Quoter(i, sizes, params), pricing(sizes)));
  }

  /** A lane whose quotes have ended has none to withdraw at another time. */
  onTimer(_at: number, desk: Desk): void {
    this.watchAt = Infinity;
    for (const [i, lane] of this.lanes.entries()) if (lane.heardAt > 0) this.think(i, lane.last, desk);
  }

  onCandle(candle: Candle, i: number, timeframe: Timeframe, desk: Desk): void {
    if (timeframe !== this.params.timeframe) return;
    this.lanes[i]!.pricing.learn(candle);
    this.settle(this.lanes[i]!, desk);
    const { bid, ask } = desk.quote(i);
    this.think(i, bid > 0 && ask >= bid ? (bid + ask) / 2 : candle.close, desk);
  }

  onQuote({ bid, ask }: Quote, i: number, desk: Desk): void {
    if (!(bid > 0 && ask >= bid)) return;
    this.lanes[i]!.heardAt = desk.now;
    this.settle(this.lanes[i]!, desk);
    this.think(i, (bid + ask) / 2, desk);
  }

  /** After a restart. Not while news of orders is heard: the end of one may be among it. */
  private settle(lane: Lane, desk: Desk): void {
    if (desk.mute || (lane.settled && !lane.orders.overdue(desk.now))) return;
    lane.settled = true;
    lane.quoter.settle(desk);
  }

  onOrder(update: OrderUpdate, desk: Desk): void {
    const { i } = update;
    const lane = this.lanes[i]!;
    const heard = lane.quoter.hear(update, desk.now);
    if (heard === undefined) return;
    if (heard.filled > 0)
      lane.traded(heard.order.buys, heard.filled, update.price > 0 ? update.price : heard.order.price);
    if (heard.wished) this.think(i, lane.last, desk);
  }

  private think(i: number, last: number, desk: Desk): void {
    const lane = this.lanes[i]!;
    lane.last = last;
    if (desk.mute || !(last > 0)) return;
    const { quoter, pricing, orders } = lane;
    if (this.isStale(lane, desk)) {
      orders.cancelAll(desk);
      return;
    }
    const { size, target, exposure, shape } = this.params;
    const most = (exposure * desk.equity) / this.lanes.length;
    // Nothing is known of the account yet, or it has nothing.
    if (!(most > 0)) return;
    const position = desk.position(i);
    const held = position * last;
    lane.peak = Math.max(lane.peak, held / most);
    const beyond = (held / most - target) / size;
    pricing.price(beyond);
    quoter.bid = last * Math.min(1 - EDGE, pricing.bid);
    quoter.ask = last * Math.max(1 + EDGE, pricing.ask);
    // What stands already is part of what may be spent, but for what hangs.
    const spare = this.apart ? spareAt(desk, i, this.lanes, this.sizes) : spareQuote(desk, this.lanes);
    const { hangingBid } = quoter;
    const spendable = ((spare + orders.bid - hangingBid) / (1 + this.sizes[i]!.fee)) * (1 - HAIR);
    // Where the price has fallen, what is held is worth less than was spent on it.
    const room = Math.min(most - Math.max(held, lane.costOf(position, last)) - hangingBid, spendable);
    const whole = size * most;
    quoter.bidQuantity =
      Math.max(0, Math.min(whole * Math.exp(-shape * Math.max(0, beyond)), room)) / quoter.bid;
    const away = Math.exp(-shape * Math.max(0, -beyond));
    quoter.askQuantity = Math.max(0, Math.min((whole * away) / last, position - quoter.hangingOffered));
    const lean = leanOf(desk.quote(i));
    if (lean > this.params.imbalance) quoter.askQuantity = 0;
    if (-lean > this.params.imbalance) quoter.bidQuantity = 0;
    quoter.keep(desk, last);
  }

  /** No quote for too long: the price may be anywhere. Before the first quote, and where there are none, closes are all there is. */
  private isStale(lane: Lane, desk: Desk): boolean {
    const { staleMs } = this.params;
    if (staleMs === 0 || !(lane.heardAt > 0)) return false;
    const stale = desk.now - lane.heardAt >= staleMs;
    if (stale && !lane.stale) lane.withdrawn += 1;
    lane.stale = stale;
    const next = lane.heardAt + staleMs;
    if (!stale && !(this.watchAt <= next)) {
      this.watchAt = next;
      desk.wake(next as Desk["now"]);
    }
    return stale;
  }

  save(): Saved {
    const kept = saveLanes(
      this.params,
      this.lanes.map((lane) => keepable(lane)),
    );
    const inventory = this.lanes.map(({ peak, withdrawn, units, cost, heardAt, quoter }) => ({
      ...{ peak, withdrawn, units, cost, refused: quoter.refused, pausedUntil: quoter.pausedUntil },
      heardAt: heardAt > 0 ? heardAt : 0,
    }));
    return { ...kept, inventory, hanging: this.lanes.map(({ quoter }) => [...quoter.hanging]) };
  }

  load(saved: Saved): void {
    const lanes = this.lanes.map((lane) => keepable(lane));
    loadLanes(saved, this.params, lanes);
    for (const [i, lane] of this.lanes.entries()) {
      lane.last = lanes[i]!.last;
      const { refused, pausedUntil, ...own } = inventoryOf(saved, i);
      Object.assign(lane, own);
      Object.assign(lane.quoter, { refused, pausedUntil });
      for (const tag of hangingOf(saved, i)) lane.quoter.hanging.add(tag);
      lane.settled = false;
    }
  }
}

/** Of the quoter only the orders are worth keeping: all else is reckoned anew before it is used. */
const keepable = ({ orders, pricing, last }: Lane) => ({ orders, pricing, last });

/** States that were saved before it was kept have none. */
const inventoryOf = (saved: Saved, i: number) => {
  const { inventory } = saved as { readonly inventory?: readonly Readonly<Record<string, number>>[] };
  const none = { peak: 0, withdrawn: 0, units: 0, cost: 0, refused: 0, pausedUntil: 0, heardAt: 0 };
  return { ...none, ...inventory?.[i] };
};

const hangingOf = (saved: Saved, i: number): readonly string[] =>
  (saved as { readonly hanging?: readonly (readonly string[])[] }).hanging?.[i] ?? [];
