/**
 * What a cross-venue arbitrage keeps and does: its orders at both venues, the leg risk over them, the inventory that it begins with,
 * and the account of what was unhedged.
 */
import type { Instrument } from "../market/instrument.ts";
import { Sizes } from "../strategy/sizes.ts";
import type { Desk, OrderUpdate } from "../strategy/strategy.ts";
import { WorkingOrders } from "../strategy/working-orders.ts";
import { toFloat } from "../values/values.ts";
import { Exposure } from "./exposure.ts";
import { LegRisk } from "./leg-risk.ts";
import { commonLot, TwoBooks, wholeLots, type CrossingTerms } from "./two-books.ts";

export interface CrossVenueTerms {
  readonly target: number;
  readonly hedgeMs: number;
  readonly marketMs: number;
  readonly pauseMs: number;
  readonly exposure: number;
}

/** A book that may be believed. */
export interface Side {
  readonly bid: number;
  readonly ask: number;
  readonly middle: number;
}

/** Sums of the ledger are rounded otherwise than ours. */
const HAIR = 1 - 1e-6;
/** How much above the venue's least an order is that must not be refused when the price moves. */
const ROOM = 1.1;
const STOCK = "stock";

/** Saved field by field. */
class Kept {
  readonly risk: LegRisk;
  readonly exposure = new Exposure();
  readonly first: WorkingOrders;
  readonly second: WorkingOrders;
  /** Positions when they were last seen, and whether the venue has its inventory. */
  readonly held = new Float64Array(2);
  readonly stocked = new Float64Array(2);
  rounds = 0;
  /** Quote that the books promised. */
  promised = 0;
  /** Books of this time or before are used up. */
  usedAt = 0;
  pausedUntil = 0;

  constructor(risk: LegRisk, first: WorkingOrders, second: WorkingOrders) {
    this.risk = risk;
    this.first = first;
    this.second = second;
  }
}

export class CrossVenueLane {
  readonly walk = new TwoBooks();
  readonly kept: Kept;
  private readonly params: CrossVenueTerms;
  private readonly sizes: readonly [Sizes, Sizes];
  private readonly orders: readonly [WorkingOrders, WorkingOrders];
  private readonly lot: number;
  private readonly quantityMin: number;
  private readonly notionalMin: number;

  /** `market`: one pair at two venues. */
  constructor(params: CrossVenueTerms, market: readonly Instrument[]) {
    const [one, other] = [new Sizes(market[0]!), new Sizes(market[1]!)];
    this.params = params;
    this.sizes = [one, other];
    this.orders = [new WorkingOrders(0, one.fee), new WorkingOrders(1, other.fee)];
    this.lot = toFloat(commonLot(market[0]!.lotSize, market[1]!.lotSize));
    this.quantityMin = Math.max(this.lot, one.quantityMin, other.quantityMin);
    this.notionalMin = Math.max(one.notionalMin, other.notionalMin);
    this.kept = new Kept(new LegRisk({ ...params, least: this.quantityMin }), ...this.orders);
  }

  /** Nothing is out, nothing unhedged, and no pause. */
  idle(now: number): boolean {
    const { risk, first, second, pausedUntil } = this.kept;
    return risk.ready && first.live.length === 0 && second.live.length === 0 && now >= pausedUntil;
  }

  overdue(now: number): boolean {
    return this.orders[0].overdue(now) || this.orders[1].overdue(now);
  }

  /** Both books where they are whole, no older than `staleMs`, and newer than what was last acted upon. */
  sides(desk: Desk, staleMs: number): readonly [Side, Side] | undefined {
    const [one, other] = [desk.book(0), desk.book(1)];
    const now = Math.max(desk.now, one.at, other.at);
    const oldest = Math.min(one.at, other.at);
    if (now - oldest > staleMs || oldest <= this.kept.usedAt) return undefined;
    const sides = [sideOf(one), sideOf(other)] as const;
    if (Number.isNaN(sides[0].middle + sides[1].middle)) return undefined;
    this.kept.risk.least = Math.max(
      this.quantityMin,
      (ROOM * this.notionalMin) / Math.min(sides[0].bid, sides[1].bid),
    );
    return sides;
  }

  /** Buys what a venue begins with, one after the other. True while it is not there. */
  stock(desk: Desk, sides: readonly [Side, Side]): boolean {
    const { target, exposure } = this.params;
    for (const i of [0, 1] as const) {
      if (this.kept.stocked[i] === 1) continue;
      const { ask } = sides[i];
      const worth = desk.cash(i) + desk.holding(i) * sides[i].middle;
      const missing = Math.min(
        (target * exposure * worth) / ask - desk.holding(i),
        (desk.cash(i) * HAIR) / (ask * (1 + this.sizes[i].fee)),
      );
      const quantity = wholeLots(missing, this.lot);
      if (!this.sizes[i].allows(quantity, ask)) {
        this.kept.stocked[i] = 1;
        continue;
      }
      this.kept.usedAt = Math.max(desk.book(0).at, desk.book(1).at);
      const request = { side: "buy", type: "limit", timeInForce: "IOC", quantity, price: ask } as const;
      this.orders[i].place(desk, STOCK, request, sides[i].middle);
      return true;
    }
    return false;
  }

  /** What may be bought at `from` and sold at the other. */
  terms(
    desk: Desk,
    from: 0 | 1,
    sides: readonly [Side, Side],
    { most, edge }: { readonly most: number; readonly edge: number },
  ): CrossingTerms {
    const to = from === 0 ? 1 : 0;
    const [buys, sells] = [this.sizes[from], this.sizes[to]];
    // What lies deeper in the book costs more than the best: a little less is asked for.
    const affordable = (desk.cash(from) * HAIR) / (sides[from].ask * (1 + buys.fee) * 1.01);
    return {
      buyFee: buys.takerFee,
      sellFee: sells.takerFee,
      edge,
      lot: this.lot,
      most: Math.min(most, affordable, desk.holding(to)),
    };
  }

  /** Whether both venues take it, now and when it must be hedged. */
  allowed(from: 0 | 1, { quantity, buyLimit, sellLimit }: TwoBooks): boolean {
    const [buys, sells] = [this.sizes[from], this.sizes[1 - from]!];
    return (
      quantity >= this.kept.risk.least && buys.allows(quantity, buyLimit) && sells.allows(quantity, sellLimit)
    );
  }

  trade(desk: Desk, from: 0 | 1, to: 0 | 1, { quantity, buyLimit, sellLimit, profit }: TwoBooks): void {
    const { kept } = this;
    kept.usedAt = Math.max(desk.book(0).at, desk.book(1).at);
    kept.rounds += 1;
    kept.promised += profit;
    kept.risk.begin(desk.now);
    const terms = { type: "limit", timeInForce: "IOC", quantity } as const;
    this.orders[from].place(desk, "leg", { side: "buy", ...terms, price: buyLimit }, buyLimit);
    this.orders[to].place(desk, "leg", { side: "sell", ...terms, price: sellLimit }, sellLimit);
    desk.wake(kept.risk.nextAt as Desk["now"]);
  }

  hear(update: OrderUpdate, desk: Desk): void {
    const { i } = update;
    const { risk, held } = this.kept;
    const heard = this.orders[i]!.hear(update);
    held[i] = desk.position(i);
    if (heard === undefined || heard.order.purpose === STOCK) return;
    if (heard.filled > 0) risk.filled(i, heard.order.buys ? heard.filled : -heard.filled);
    if (heard.ended && this.orders[i]!.live.length === 0) risk.ended(i);
    this.measure(desk);
  }

  /** Whatever the leg risk asks for now. */
  act(desk: Desk): void {
    if (desk.mute) return;
    const { risk } = this.kept;
    const { marketed, unwound } = risk;
    while (risk.decide(desk.now) !== "none") {
      const { act, leg, quantity } = risk;
      if (act === "cancel") this.orders[leg]!.cancelAll(desk);
      else {
        const whole = wholeLots(Math.abs(quantity), this.lot);
        const request = { side: quantity > 0 ? "buy" : "sell", type: "market", quantity: whole } as const;
        const { middle } = sideOf(desk.book(leg));
        this.orders[leg]!.place(desk, "hedge", request, middle > 0 ? middle : 0);
      }
    }
    if (risk.marketed > marketed || risk.unwound > unwound)
      this.kept.pausedUntil = desk.now + this.params.pauseMs;
    this.measure(desk);
    if (risk.nextAt < Infinity) desk.wake(Math.max(risk.nextAt, desk.now + 1) as Desk["now"]);
  }

  /** After a restart, or when an order was not heard of: what stands, and what was filled meanwhile. */
  settle(desk: Desk): void {
    const { risk, held } = this.kept;
    for (const i of [0, 1] as const) {
      const orders = this.orders[i];
      const stocking = orders.live.some(({ purpose }) => purpose === STOCK);
      const out = risk.working(i);
      orders.settle(desk);
      const change = desk.position(i) - held[i]!;
      held[i] = desk.position(i);
      if (stocking || !out) continue;
      if (Math.abs(change) >= this.lot) risk.filled(i, change);
      if (orders.live.length === 0) risk.ended(i);
    }
    this.measure(desk);
  }

  private measure(desk: Desk): void {
    const { risk, exposure } = this.kept;
    const middle = sideOf(desk.book(0)).middle;
    exposure.note(desk.now, risk.unhedged, middle > 0 ? middle : 0, risk.least);
  }
}

const sideOf = ({ bids, asks }: ReturnType<Desk["book"]>): Side => {
  const [bid, ask] = [bids[0]?.[0] ?? Number.NaN, asks[0]?.[0] ?? Number.NaN];
  return { bid, ask, middle: (bid + ask) / 2 };
};
