/** What holds for every algorithm over any market, whatever becomes of its orders: the market and the answers come from a seed. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { money } from "../../../domain/values/values.ts";
import { LOT, type Order, Street } from "./street.ts";

const anyTerms = fc.record({
  algorithm: fc.constantFrom("twap", "vwap", "pov", "iceberg", "chase"),
  minutes: fc.integer({ min: 1, max: 15 }),
  slices: fc.integer({ min: 1, max: 30 }),
  profile: fc.constantFrom("", "1,0,3"),
  participation: fc.integer({ min: 1, max: 100 }),
  shown: fc.integer({ min: 1, max: 100 }),
  spread: fc.integer({ min: 0, max: 50 }),
  toleranceBps: fc.integer({ min: 0, max: 20 }),
  furthestBps: fc.integer({ min: 0, max: 100 }),
  children: fc.constantFrom("market", "limit"),
  leftover: fc.constantFrom("market", "leave"),
});

const anyTotal = fc.record({
  side: fc.constantFrom("buy" as const, "sell" as const),
  quantity: fc.integer({ min: 1, max: 500 }).map((lots) => lots / 10),
  limited: fc.boolean(),
  reduceOnly: fc.boolean(),
});

const anyCase = fc.record({
  terms: anyTerms,
  total: anyTotal,
  notionalMin: fc.constantFrom("0", "70"),
  seed: fc.integer({ min: 0, max: 100_000 }),
  restartAt: fc.integer({ min: 0, max: 100 }),
});
type Case = typeof anyCase extends fc.Arbitrary<infer One> ? One : never;

const lots = (base: number): number => Math.round(base / LOT);

const BPS = 1e-4;

/** Seconds after the time-out by which the last answers have come. */
const ANSWERED = 240;

class Run {
  readonly street: Street;
  volume = 0;
  private readonly chance: Chance;
  private readonly of: Case;
  private readonly limit: number;
  private seconds = 0;

  constructor(of: Case) {
    this.of = of;
    this.chance = new Chance(of.seed);
    this.street = new Street(of.terms, { notionalMin: money(of.notionalMin) });
    const { side, quantity, limited, reduceOnly } = of.total;
    this.limit = side === "buy" ? 100.2 : 99.8;
    if (reduceOnly)
      this.street.desk.positions[0] = (side === "buy" ? -1 : 1) * Math.floor(this.chance.next() * 300) * LOT;
    this.street.begin({ side, quantity, reduceOnly, ...(limited && { limit: this.limit }) });
  }

  /** Every order ever asked for, as text. */
  go(restartAt = -1): readonly string[] {
    const { street } = this;
    const told: string[] = [];
    const end = this.of.terms.minutes * 60 + ANSWERED;
    let step = 0;
    for (; this.seconds < end && street.execution.active; step += 1) {
      if (step === restartAt) street.restart();
      this.happen();
      for (const order of [...street.out]) this.answer(order);
      this.check();
      for (const order of street.asked.splice(0)) {
        this.checkOrder(order);
        told.push(JSON.stringify(order.request));
      }
    }
    // Whoever answers within a few seconds hears its end soon after the time-out.
    expect(street.execution.active).toBe(false);
    expect(street.out).toEqual([]);
    told.push(JSON.stringify(street.outcome));
    return told;
  }

  private happen(): void {
    const { chance, street } = this;
    const before = Math.floor(this.seconds / 60);
    this.seconds += 1 + chance.integer(12);
    street.to(this.seconds);
    const price = Number((street.last * (1 + (chance.next() - 0.5) * 20 * BPS)).toFixed(2));
    const kind = chance.integer(3);
    const base = (1 + chance.integer(60)) / 10;
    if (Math.floor(this.seconds / 60) > before) street.candle(price, 0);
    if (kind === 0) {
      this.volume += base;
      street.trade(price, base);
    } else if (kind === 1) street.quote(price - 0.01, price + 0.01);
  }

  /** What becomes of an order in this step, so that no end is longer in coming than a few steps. */
  private answer(order: Order): void {
    const { chance, street } = this;
    const { request } = order;
    const left = lots(request.quantity - order.filled);
    const fate = chance.integer(10);
    if (fate === 0 && order.filled === 0) street.end(order, "blocked", "capital");
    else if (fate === 1 && request.timeInForce === "PO") street.end(order, "refused", "would-take");
    else if (order.cancelling) {
      // Filled, in part or wholly, before the cancel arrived.
      if (fate < 5) street.fill(order, (1 + chance.integer(left)) * LOT);
      if (fate % 2 === 0 && street.out.includes(order)) street.end(order, "cancelled");
    } else if (request.type === "market" || request.timeInForce === "IOC") {
      if (fate < 8) street.fill(order, (1 + chance.integer(left)) * LOT);
      if (street.out.includes(order)) street.end(order, "expired");
    } else if (fate < 4) street.fill(order, (1 + chance.integer(left)) * LOT);
    else street.tell(order, "open", 0);
  }

  private check(): void {
    const { street } = this;
    const { terms, total } = this.of;
    const out = street.out.reduce((sum, { request, filled }) => sum + lots(request.quantity - filled), 0);
    const swept = street.out.some(({ tag }) => tag.startsWith("rest"));
    const filled = lots(street.outcome.filled);
    expect(filled + out).toBeLessThanOrEqual(lots(total.quantity));
    if (terms.algorithm === "pov" && street.execution.parent.phase === "working")
      expect(filled + out).toBeLessThanOrEqual(
        Math.floor(lots(this.volume) * (terms.participation / 100) + 1e-6),
      );
    if (terms.algorithm === "iceberg" || terms.algorithm === "chase" || terms.children === "limit" || swept)
      expect(street.out.length).toBeLessThanOrEqual(1);
    if (!total.reduceOnly) return;
    const position = street.desk.positions[0]!;
    expect(lots(total.side === "buy" ? -position : position) - out).toBeGreaterThanOrEqual(0);
  }

  private checkOrder({ request: { side, type, quantity, price = this.street.last } }: Order): void {
    const { total, notionalMin } = this.of;
    // The portfolio takes what is a millionth of a step beside the grid as on it.
    expect(Math.abs(quantity / LOT - lots(quantity))).toBeLessThan(1e-6);
    expect(lots(quantity)).toBeGreaterThanOrEqual(2);
    // A market order was measured at the lower of the best prices when it was sent, which the last step may have moved.
    expect(quantity * price).toBeGreaterThanOrEqual(
      Number(notionalMin) * (type === "market" ? 0.99 : 1) - 1e-9,
    );
    expect(price).toBe(Number(price.toFixed(2)));
    if (!total.limited) return;
    expect(type).toBe("limit");
    if (side === "buy") expect(price).toBeLessThanOrEqual(this.limit);
    else expect(price).toBeGreaterThanOrEqual(this.limit);
  }
}

describe("whatever the market does and becomes of its orders", () => {
  it("never more than the total, ahead of the volume, past the limit, off the grid or below the least; and it ends", () => {
    fc.assert(
      fc.property(anyCase, (of) => {
        new Run(of).go();
      }),
      { numRuns: 150 },
    );
  });

  it("saved and loaded in between it asks for exactly the same", () => {
    fc.assert(
      fc.property(anyCase, (of) => {
        expect(new Run(of).go(of.restartAt)).toEqual(new Run(of).go());
      }),
      { numRuns: 75 },
    );
  });
});
