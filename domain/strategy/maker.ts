/**
 * What market makers have in common: at each close and quote a bid and an ask about the price, sized by the inventory. Post-only. On
 * spot the inventory lies between nothing and the share of equity, of contracts between its negative and it. The price is the mid of the best quote where there is one,
 * else the last close. Where the quotes lie is the business of each maker's pricing.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import { isContract, type Instrument } from "../market/instrument.ts";
import type { Quote } from "../market/tick.ts";
import { MakerLane, type Pricing } from "./maker-lane.ts";
import { Quoter } from "./quoter.ts";
import { loadLanes, saveLanes } from "./saved.ts";
import { Sizes, spareAt, spareQuote } from "./sizes.ts";
import type { Desk, OrderUpdate, Params, Saved, Trader } from "./strategy.ts";
import type { Inventory } from "./unhedged.ts";

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

/** How near to the price a quote may come, as a part of it: what would take is refused. */
const EDGE = 1e-4;

/** Sums of the ledger are rounded otherwise than ours. */
const HAIR = 1e-6;

/** How much more is bid than asked at the best prices, -1 to 1; 0 where nobody says. */
const leanOf = ({ bidQuantity, askQuantity }: Quote): number =>
  bidQuantity + askQuantity > 0 ? (bidQuantity - askQuantity) / (bidQuantity + askQuantity) : 0;

const quantityOf = (quote: number, price: number): number => Math.max(0, quote) / price;

export class Maker implements Trader {
  private readonly params: MakerParams;
  private readonly sizes: readonly Sizes[];
  private readonly lanes: readonly MakerLane[];
  private readonly apart: boolean;
  private watchAt = Infinity;

  constructor(params: MakerParams, market: readonly Instrument[], pricing: (sizes: Sizes) => Pricing) {
    this.params = params;
    this.sizes = market.map((instrument) => new Sizes(instrument));
    this.apart = new Set(market.map(({ venue }) => venue)).size > 1;
    this.lanes = this.sizes.map(
      (sizes, i) =>
        new MakerLane(new Quoter(i, sizes, params), pricing(sizes), isContract(market[i]!.symbol)),
    );
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
  private settle(lane: MakerLane, desk: Desk): void {
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
    lane.peak = Math.max(lane.peak, Math.abs(held) / most);
    lane.peakNotional = Math.max(lane.peakNotional, Math.abs(held));
    const beyond = (held / most - target) / size;
    pricing.price(beyond);
    quoter.bid = last * Math.min(1 - EDGE, pricing.bid);
    quoter.ask = last * Math.max(1 + EDGE, pricing.ask);
    // An order that stands is replaced by the new one: its money is there; what hangs stays. Of contracts both sides want some.
    const spare = this.spare(i, desk) * (lane.contract ? 0.5 : 1);
    const net = (1 - HAIR) / (1 + this.sizes[i]!.fee);
    const toSpend = (spare + orders.bid - quoter.hangingBid) * net;
    // Where the price has fallen, what is held is worth less than was spent on it; a short the reverse.
    const cost = lane.costOf(position, last);
    const [dearer, cheaper] = [Math.max(Math.abs(held), cost), Math.min(Math.abs(held), cost)];
    const bidRoom = most - quoter.hangingBid - (held < 0 ? -cheaper : dearer);
    const whole = size * most;
    const toBuy = Math.min(whole * Math.exp(-shape * Math.max(0, beyond)), bidRoom);
    const toSell = whole * Math.exp(-shape * Math.max(0, -beyond));
    const offered = quoter.hangingOffered;
    quoter.bidQuantity = quantityOf(toBuy, quoter.bid);
    if (lane.contract) {
      const askRoom = most - offered * last + (held > 0 ? cheaper : -dearer);
      quoter.askQuantity = quantityOf(Math.min(toSell, askRoom), last);
      // What only closes needs no money; what opens, or turns over, is margined whole.
      const toMargin = (spare + lane.promised - offered * last) * net;
      quoter.bidQuantity = Math.min(quoter.bidQuantity, Math.max(quantityOf(toSpend, quoter.bid), -position));
      quoter.askQuantity = Math.min(quoter.askQuantity, Math.max(quantityOf(toMargin, quoter.ask), position));
    } else {
      quoter.bidQuantity = Math.min(quoter.bidQuantity, quantityOf(toSpend, quoter.bid));
      quoter.askQuantity = Math.min(quantityOf(toSell, last), Math.max(0, position - offered));
    }
    const lean = leanOf(desk.quote(i));
    if (lean > this.params.imbalance) quoter.askQuantity = 0;
    if (-lean > this.params.imbalance) quoter.bidQuantity = 0;
    quoter.keep(desk, last);
  }

  /** Quote that nothing holds, nor any order. */
  private spare(i: number, desk: Desk): number {
    let kept = 0;
    for (const lane of this.lanes) kept += lane.kept;
    return (this.apart ? spareAt(desk, i, this.lanes, this.sizes) : spareQuote(desk, this.lanes)) - kept;
  }

  /** No quote for too long: the price may be anywhere. Before the first quote, and where there are none, closes are all there is. */
  private isStale(lane: MakerLane, desk: Desk): boolean {
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

  inventory(desk: Desk): readonly Inventory[] {
    return this.lanes.map(({ last, peakNotional }, i) => {
      const notional = last > 0 ? desk.position(i) * last : 0;
      return { notional, peakNotional: Math.max(peakNotional, Math.abs(notional)) };
    });
  }

  save(): Saved {
    const kept = saveLanes(
      this.params,
      this.lanes.map((lane) => keepable(lane)),
    );
    const inventory = this.lanes.map(({ peak, peakNotional, withdrawn, units, cost, heardAt, quoter }) => ({
      ...{
        peak,
        peakNotional,
        withdrawn,
        units,
        cost,
        refused: quoter.refused,
        pausedUntil: quoter.pausedUntil,
      },
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
const keepable = ({ orders, pricing, last }: MakerLane) => ({ orders, pricing, last });

/** States that were saved before it was kept have none. */
const inventoryOf = (saved: Saved, i: number) => {
  const { inventory } = saved as { readonly inventory?: readonly Readonly<Record<string, number>>[] };
  const none = {
    peak: 0,
    peakNotional: 0,
    withdrawn: 0,
    units: 0,
    cost: 0,
    refused: 0,
    pausedUntil: 0,
    heardAt: 0,
  };
  return { ...none, ...inventory?.[i] };
};

const hangingOf = (saved: Saved, i: number): readonly string[] =>
  (saved as { readonly hanging?: readonly (readonly string[])[] }).hanging?.[i] ?? [];
