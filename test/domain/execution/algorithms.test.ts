/** Worked examples of each algorithm: lots of 0.1, at least two of them, at a price of 100 unless it moves. */
import { describe, expect, it } from "vitest";
import { quantity } from "../../../domain/values/values.ts";
import { Street } from "./street.ts";

describe("twap", () => {
  it("has asked for floor(T (k + 1) / n) lots in slice k, and is done a slice before the time-out", () => {
    const street = new Street({ algorithm: "twap", minutes: 10, slices: 3 });
    street.begin({ side: "buy", quantity: 10 });
    street.fillAll();
    street.to(600);
    // 100 lots: 33, 66 and 100 are due at 0, 200 and 400 seconds; 66 and 100 while those before are still out.
    expect(street.placed).toEqual(["0:3.3", "200:3.3", "400:3.4"]);
    street.fillAll();
    expect(street.outcome).toMatchObject({ ending: "filled", total: 10, filled: 10, orders: 3 });
  });

  it("catches up after a silence with one order", () => {
    const street = new Street({ algorithm: "twap", minutes: 10, slices: 10 });
    street.begin({ side: "sell", quantity: 10 });
    street.fillAll();
    street.wakeAt = Infinity;
    street.to(330);
    street.candle(100, 1);
    expect(street.placed).toEqual(["0:1", "330:5"]);
  });

  it("gives a last part that the venue would not take to the one before", () => {
    const street = new Street({ algorithm: "twap", minutes: 10, slices: 10 }, { quantityMin: quantity("1") });
    street.begin({ side: "buy", quantity: 2.5 });
    street.fillAll();
    street.to(599);
    // 2.5 a slice: 10 lots are due in the fourth slice, 20 in the eighth, whose rest of 5 is too small for itself.
    expect(street.placed).toEqual(["180:1", "420:1.5"]);
  });

  it("rests a slice at the best price, and takes over what was not filled", () => {
    const street = new Street({
      algorithm: "twap",
      minutes: 4,
      slices: 2,
      children: "limit",
      leftover: "leave",
    });
    street.quote(99.98, 100.02);
    street.begin({ side: "buy", quantity: 4 });
    const first = street.out[0]!;
    expect(first.request).toMatchObject({ type: "limit", timeInForce: "GTC", price: 99.98, quantity: 2 });
    street.fill(first, 0.5);
    street.to(120);
    expect(first.cancelling).toBe(true);
    // Two lots are filled before the cancel arrives: 4 - 0.7 are left, and only now.
    expect(street.out).toEqual([first]);
    street.fill(first, 0.2);
    street.end(first, "cancelled");
    expect(street.out[0]!.request).toMatchObject({ price: 99.98, quantity: 3.3 });
    street.to(240);
    street.end(street.out[0]!, "cancelled");
    expect(street.outcome).toMatchObject({ ending: "timed-out", filled: 0.7, seconds: 240 });
  });

  it("sends what is left to the market at the time-out, where that is wished", () => {
    const street = new Street({ algorithm: "twap", minutes: 1, slices: 1, children: "limit" });
    street.begin({ side: "buy", quantity: 1 });
    street.to(60);
    street.end(street.out[0]!, "cancelled");
    expect(street.out[0]!).toMatchObject({ tag: "rest #2", request: { type: "market", quantity: 1 } });
    street.fillAll(101);
    // A percent worse than the arrival price of 100.
    expect(street.outcome).toMatchObject({
      ending: "filled",
      average: 101,
      arrivalBps: expect.closeTo(100) as number,
    });
  });
});

describe("vwap", () => {
  it("follows weights that are written down", () => {
    const street = new Street({ algorithm: "vwap", minutes: 4, slices: 4, profile: "1, 2, 3, 4" });
    street.begin({ side: "buy", quantity: 10 });
    street.to(239);
    expect(street.placed).toEqual(["0:1", "60:2", "120:3", "180:4"]);
  });

  it("learns the weights from candles, by quarters of the day", () => {
    const street = new Street({ algorithm: "vwap", minutes: 30, slices: 2 });
    // The day before: a quarter with a volume of 3 a minute, one with 1.
    for (let minute = 1; minute <= 30; minute += 1) {
      street.to(60 * minute - 86_400);
      street.candle(100, minute <= 15 ? 3 : 1);
    }
    street.to(0);
    street.begin({ side: "buy", quantity: 10 });
    street.to(1_799);
    expect(street.placed).toEqual(["0:7.5", "900:2.5"]);
  });
});

describe("pov", () => {
  it("is never ahead of its part of what was traded since it began", () => {
    const street = new Street({ algorithm: "pov", participation: 10, minutes: 10 });
    street.begin({ side: "buy", quantity: 2 });
    street.trade(100, 10);
    // 10 percent of 10 are 1; of 15 another 0.5; of 16 one lot, less than the venue takes.
    street.to(1);
    street.trade(101, 5);
    street.to(2);
    street.trade(102, 1);
    expect(street.placed).toEqual(["0:1", "1:0.5"]);
    street.trade(102, 50);
    street.to(2.5);
    street.trade(102, 50);
    expect(street.placed).toEqual(["2:0.5"]);
    street.fillAll(102);
    // 10 at 100, 5 at 101 and 101 at 102: (1,000 + 505 + 10,302) / 116.
    expect(street.outcome).toMatchObject({
      ending: "filled",
      average: 102,
      marketAverage: expect.closeTo(11_807 / 116, 9) as number,
      arrivalBps: expect.closeTo(200, 9) as number,
      marketBps: expect.closeTo(1e4 * ((102 * 116) / 11_807 - 1), 9) as number,
    });
  });

  it("counts whole candles where there are no prints, and not the one that it began in", () => {
    const street = new Street({ algorithm: "pov", participation: 50, minutes: 10 });
    street.to(30);
    street.begin({ side: "buy", quantity: 2 });
    street.to(60);
    street.candle(100, 10);
    street.to(120);
    street.candle(100, 2);
    expect(street.placed).toEqual(["120:1"]);
  });
});

describe("iceberg", () => {
  it("shows a part at a time, at its limit or the best price below", () => {
    const street = new Street({ algorithm: "iceberg", shown: 30 });
    street.begin({ side: "buy", quantity: 10, limit: 99.999 });
    const sizes: string[] = [];
    while (street.out.length > 0) {
      const { request } = street.out[0]!;
      expect(street.out).toHaveLength(1);
      sizes.push(`${request.quantity} at ${request.price}`);
      street.fillAll();
    }
    expect(sizes).toEqual(["3 at 99.99", "3 at 99.99", "3 at 99.99", "1 at 99.99"]);
    expect(street.outcome.ending).toBe("filled");
  });

  it("varies what it shows by chance, the same for the same seed", () => {
    const run = (seed: number): readonly string[] => {
      const street = new Street({ algorithm: "iceberg", shown: 10, spread: 50, seed });
      street.begin({ side: "sell", quantity: 10 });
      while (street.out.length > 0) street.fillAll();
      return street.placed;
    };
    const sizes = run(1);
    expect(sizes).toEqual(run(1));
    expect(sizes).not.toEqual(run(2));
    expect(new Set(sizes).size).toBeGreaterThan(3);
    for (const size of sizes.slice(0, -1)) {
      const base = Number(size.slice(2));
      expect(base).toBeGreaterThanOrEqual(0.5);
      // One that leaves less than two lots takes them along.
      expect(base).toBeLessThanOrEqual(1.6);
    }
  });
});

describe("chase", () => {
  const terms = { algorithm: "chase", toleranceBps: 2, furthestBps: 30, minutes: 5 };

  it("rests at the best price, follows it beyond the tolerance, and goes to the market when it has run away", () => {
    const street = new Street(terms);
    street.quote(100, 100.1);
    street.begin({ side: "buy", quantity: 1 });
    const first = street.out[0]!;
    expect(first.request).toMatchObject({ type: "limit", timeInForce: "PO", price: 100 });
    // 1 bps: it stays. 5 bps: it follows, once the end of the old one is known.
    street.quote(100.01, 100.1);
    expect(first.cancelling).toBe(false);
    street.quote(100.05, 100.1);
    expect(first.cancelling).toBe(true);
    street.end(first, "cancelled");
    expect(street.out[0]!.request).toMatchObject({ price: 100.05 });
    // 31 bps above where it began.
    street.quote(100.31, 100.4);
    street.end(street.out[0]!, "cancelled");
    expect(street.out[0]!.request).toMatchObject({ type: "market", quantity: 1 });
    street.fillAll(100.4);
    expect(street.outcome).toMatchObject({ ending: "filled", orders: 3, average: 100.4 });
    expect(street.outcome.arrivalBps).toBeCloseTo(1e4 * (100.4 / 100.05 - 1), 9);
  });

  it("gives up instead, and a sale follows the ask down", () => {
    const street = new Street({ ...terms, leftover: "leave" });
    street.quote(99.9, 100);
    street.begin({ side: "sell", quantity: 1 });
    street.quote(99.7, 99.8);
    street.end(street.out[0]!, "cancelled");
    expect(street.out[0]!.request).toMatchObject({ side: "sell", price: 99.8 });
    street.quote(99.5, 99.69);
    street.end(street.out[0]!, "cancelled");
    expect(street.out).toEqual([]);
    expect(street.outcome).toMatchObject({ ending: "moved-away", filled: 0, average: NaN });
    // What was not sold at 99.95 is worth the last price of 100.
    expect(street.outcome.shortfallBps).toBeCloseTo(-1e4 * (100 / 99.95 - 1), 9);
  });

  it("tries again a second after a post-only order would have taken", () => {
    const street = new Street(terms);
    street.begin({ side: "buy", quantity: 1 });
    for (let second = 1; second <= 20; second += 1) {
      street.end(street.out[0]!, "refused", "would-take");
      expect(street.out).toEqual([]);
      street.to(second);
    }
    expect(street.outcome.ending).toBe("none");
  });
});
