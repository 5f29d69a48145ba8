/** A maker whose orders hang, quote by quote: what stays when its partner is filled, how far, how long, and how sizes lean. */
import { describe, expect, it } from "vitest";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import type { OpenOrder, OrderUpdate, Params, Trader } from "../../domain/strategy/strategy.ts";
import { timestamp } from "../../domain/values/values.ts";
import { marketMaker } from "../../strategies/market-maker.ts";
import { startTrader } from "./trading.ts";

/** Half of the exposure is held: 50 of 10,000 at 100. Orders are of 10, half of 1 % away. */
const params = { spreadBps: 100, skew: 0, size: 0.1, target: 0.5, exposure: 1, toleranceBps: 5, staleMs: 0 };

class Rig {
  readonly desk = new TraderDesk(1);
  readonly open = new Map<string, OpenOrder>();
  readonly trader: Trader;

  constructor(more: Params = {}) {
    this.trader = startTrader(marketMaker, { ...params, ...more });
    this.desk.positions[0] = 50;
    this.desk.cashes[0] = 5_000;
  }

  quote(middle: number, [bidQuantity, askQuantity] = [1, 1]): this {
    this.desk.now = timestamp(this.desk.now + 1_000);
    this.worth(middle);
    const quote = { at: this.desk.now, bid: middle - 0.01, bidQuantity, ask: middle + 0.01, askQuantity };
    this.desk.quotes[0] = quote;
    this.trader.onQuote!(quote, 0, this.desk);
    return this.settle();
  }

  tell(tag: string, side: "buy" | "sell", status: OrderUpdate["status"], filled = 0): void {
    this.trader.onOrder!({ i: 0, tag, side, status, filled, price: 0 }, this.desk);
  }

  fill(side: "buy" | "sell", which = 0): this {
    const [tag, { remaining, price }] = [...this.open].filter(([, one]) => one.side === side)[which]!;
    const signed = side === "buy" ? remaining : -remaining;
    this.desk.positions[0]! += signed;
    this.desk.cashes[0]! -= signed * price;
    this.worth(price);
    this.open.delete(tag);
    this.tell(tag, side, "filled", remaining);
    return this.settle();
  }

  private worth(price: number): void {
    const held = this.desk.positions[0]! * price;
    this.desk.equity = this.desk.cashes[0]! + held;
    this.desk.exposures[0] = held / this.desk.equity;
  }

  /** What was asked for comes to stand, or ends, at once. */
  settle(): this {
    for (let asks = this.desk.take(); asks.length > 0; asks = this.desk.take())
      for (const ask of asks) {
        if (ask.type === "place") {
          const { side, quantity: remaining, price = 0 } = ask.request;
          this.open.set(ask.tag, { i: 0, tag: ask.tag, side, price, remaining });
          this.tell(ask.tag, side, "open");
        } else if (ask.type === "cancel") {
          const { side } = this.open.get(ask.tag)!;
          this.open.delete(ask.tag);
          this.tell(ask.tag, side, "cancelled");
        }
      }
    this.desk.open = [...this.open.values()];
    return this;
  }

  get orders(): string[] {
    return [...this.open.values()]
      .map(({ side, price, remaining }) => `${side} ${remaining.toFixed(2)}@${price.toFixed(2)}`)
      .sort();
  }
}

describe("orders that hang", () => {
  it("the partner of a filled order stays, and a new pair is quoted beside it", () => {
    const rig = new Rig({ hangingBps: 200 }).quote(100);
    expect(rig.orders).toEqual(["buy 10.05@99.50", "sell 10.00@100.50"]);
    rig.fill("buy").quote(99);
    // Of 60.05 that are held the hanging order offers 10.
    expect(rig.orders).toEqual(["buy 10.10@98.50", "sell 10.00@100.50", "sell 10.05@99.49"].sort());
    rig.fill("sell", 0);
    expect(rig.open.size).toBe(2);
  });

  it("where none may hang, it is replaced", () => {
    const rig = new Rig().quote(100).fill("buy").quote(99);
    expect(rig.orders).toEqual(["buy 10.10@98.50", "sell 10.05@99.49"]);
  });

  it("ends when the price is too far from it", () => {
    const rig = new Rig({ hangingBps: 200 }).quote(100).fill("buy").quote(99);
    expect(rig.open.size).toBe(3);
    expect(rig.quote(98.53).orders).toContain("sell 10.00@100.50");
    expect(rig.quote(98.51).orders.join()).not.toContain("@100.50");
  });

  it("offers no more than is held, and bids no more than the money", () => {
    const rig = new Rig({ hangingBps: 2_000 });
    for (let k = 0, price = 100; k < 30; k += 1, price *= 0.995) {
      rig.quote(price);
      if ([...rig.open.values()].some(({ side }) => side === "buy")) rig.fill("buy");
      const sum = (side: string) =>
        [...rig.open.values()].reduce((all, one) => all + (one.side === side ? one.remaining : 0), 0);
      expect(sum("sell")).toBeLessThanOrEqual(rig.desk.positions[0]! + 1e-9);
      expect(rig.desk.cashes[0]!).toBeGreaterThanOrEqual(0);
      expect(rig.open.size).toBeLessThanOrEqual(12);
    }
    expect([...rig.open.values()].filter(({ side }) => side === "sell").length).toBeGreaterThan(3);
  });

  it("is remembered; one whose memory is lost lets all but the newest of a side hang", () => {
    const rig = new Rig({ hangingBps: 200 }).quote(100).fill("buy").quote(99);
    const before = rig.orders;
    const saved = JSON.parse(JSON.stringify(rig.trader.save())) as never;
    for (const load of [true, false]) {
      const next = new Rig({ hangingBps: 200 });
      if (load) next.trader.load(saved);
      for (const [tag, order] of rig.open) next.open.set(tag, order);
      Object.assign(next.desk, { now: rig.desk.now, open: rig.desk.open });
      next.desk.positions[0] = rig.desk.positions[0]!;
      next.desk.cashes[0] = rig.desk.cashes[0]!;
      if (!load) next.trader.load(startTrader(marketMaker, { ...params, hangingBps: 200 }).save());
      expect(next.quote(99).orders).toEqual(before);
    }
  });
});

describe("sizes", () => {
  it("shrink with what is held beyond the target", () => {
    const rig = new Rig({ shape: 0.5, target: 0.2 }).quote(100);
    // Three sizes beyond.
    expect(rig.orders).toEqual([`buy ${(10.05 * Math.exp(-1.5)).toFixed(2)}@99.50`, "sell 10.00@100.50"]);
  });

  it("the order that the price would run over is withdrawn when the best quote leans", () => {
    const rig = new Rig({ imbalance: 0.7 }).quote(100, [9, 1]);
    expect(rig.orders).toEqual(["buy 10.05@99.50"]);
    expect(rig.quote(100, [1, 9]).orders).toEqual(["sell 10.00@100.50"]);
    expect(rig.quote(100, [5, 1]).orders.length).toBe(2);
  });

  it("nothing is placed for a while after an order was filled", () => {
    const rig = new Rig({ fillDelayMs: 3_000, hangingBps: 200 }).quote(100).fill("buy");
    expect(rig.orders).toEqual(["sell 10.00@100.50"]);
    expect(rig.quote(100).quote(100).orders.length).toBe(1);
    expect(rig.quote(100).quote(100).orders.length).toBe(3);
  });
});
