/**
 * Market making at two venues in virtual time, with latency, partial fills and a crowd whose books walk: one venue refuses, says nothing,
 * keeps orders at its door, or tells no books any more. Quotes there are withdrawn, the inventory stays bounded and is told.
 */
import { describe, expect, it } from "vitest";
import type { Params } from "../../domain/strategy/strategy.ts";
import { Chance } from "../../domain/values/chance.ts";
import { avellanedaStoikov } from "../../strategies/avellaneda-stoikov.ts";
import { marketMaker } from "../../strategies/market-maker.ts";
import type { Trouble } from "./venues-options.ts";
import { VenuesRig } from "./venues-rig.ts";

const STEP_MS = 200;
const STALE_MS = 2_000;
const EXPOSURE = 0.8;
const [FROM, TO, END] = [20_000, 40_000, 60_000];
/** Of the exposure; both venues share it. */
const SIZE = 0.2;

const makers = {
  "market-maker": { strategy: marketMaker, params: { spreadBps: 8, skew: 1 } },
  "avellaneda-stoikov": { strategy: avellanedaStoikov, params: { kappa: 3_000, memory: 5, minSpreadBps: 4 } },
} as const;

interface Kept {
  readonly inventory: readonly { peak: number; withdrawn: number; refused: number }[];
}

/** Steps through it all; `each` looks after every step. */
const trade = (
  name: keyof typeof makers,
  trouble: Pick<Trouble, "how"> | undefined,
  each: (rig: VenuesRig) => void = () => undefined,
  more: Params = {},
): VenuesRig => {
  const { strategy, params } = makers[name];
  const rig = new VenuesRig({
    strategy,
    params: { ...params, exposure: EXPOSURE, size: SIZE, staleMs: STALE_MS, ...more },
    pairs: ["one:BTC/USDT", "two:BTC/USDT"],
    balances: { USDT: "10000" },
    ...{ feedMs: 5, entryMs: 15, answerMs: 20 },
    troubles: trouble === undefined ? [] : [{ venue: "one", from: FROM, to: TO, ...trouble }],
  });
  const chance = new Chance("makers");
  let price = 100;
  for (let k = 0; k < 10; k += 1) {
    const candle = { openAt: 0, open: 100, high: 100.1, low: 99.9, close: 100 + (k % 2) / 20 };
    for (const i of [0, 1])
      rig.trader.onCandle({ ...candle, volume: 1, trades: 1, final: true } as never, i, "1m", rig.desk);
    rig.desk.take();
  }
  while (rig.now < END) {
    price *= 1 + (chance.next() - 0.5) * 0.002;
    for (const i of [0, 1]) {
      // Lots of half a coin, so that quotes of some eight coins fill in parts.
      const levels = (sign: 1 | -1) =>
        [1, 2, 3].map((n) => [Number((price * (1 + sign * 1e-4 * n)).toFixed(2)), 0.5] as const);
      rig.book(i, levels(-1), levels(1));
    }
    rig.run(rig.now + STEP_MS);
    each(rig);
  }
  for (const i of [0, 1]) rig.feed(i);
  rig.run(END + 30_000);
  return rig;
};

const openAt = (rig: VenuesRig, venue: string): number =>
  rig.venues.get(venue)!.openOrders("us", "BTC/USDT").length;
const placedAt = (rig: VenuesRig, venue: string, from: number, to: number): number =>
  rig.asked.filter((one) => {
    const [at, pair] = one.split(" ");
    return pair!.startsWith(`${venue}:`) && Number(at) >= from && Number(at) < to;
  }).length;
const inventoryOf = (rig: VenuesRig) => (rig.trader.save() as unknown as Kept).inventory;

describe.each(Object.keys(makers) as (keyof typeof makers)[])("%s at two venues", (name) => {
  it("fills in parts at both, and spends at neither more than it has there", () => {
    const rig = trade(name, undefined, (one) => {
      for (const i of [0, 1]) {
        expect(one.total(i, "USDT")).toBeGreaterThan(0);
        expect(one.total(i, "BTC") * 100).toBeLessThan(10_000);
      }
    });
    for (const venue of ["one", "two"]) expect(placedAt(rig, venue, FROM, TO)).toBeGreaterThan(20);
    for (const { peak, withdrawn, refused } of inventoryOf(rig)) {
      // A part of what the lane may hold; prices move meanwhile.
      expect(peak).toBeGreaterThan(0.3);
      expect(peak).toBeLessThan(1.05);
      expect({ withdrawn, refused }).toEqual({ withdrawn: 1, refused: 0 });
    }
    // The feed has ended half a minute ago.
    for (const venue of ["one", "two"]) expect(openAt(rig, venue)).toBe(0);
  });

  it("with orders that hang rests several to a side, and spends no more for it", () => {
    let most = 0;
    const look = (one: VenuesRig): void => {
      for (const i of [0, 1]) expect(one.total(i, "USDT")).toBeGreaterThan(0);
      most = Math.max(most, openAt(one, "one"));
    };
    const rig = trade(name, undefined, look, { hangingBps: 100, toleranceBps: 20 });
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(12);
    for (const { peak } of inventoryOf(rig)) expect(peak).toBeLessThan(1.05);
    for (const venue of ["one", "two"]) expect(openAt(rig, venue)).toBe(0);
  });

  it("withdraws what rests at a venue whose books have ended, and goes on at the other", () => {
    const rig = trade(name, { how: "deaf" }, (one) => {
      if (one.now > FROM + STALE_MS + 500 && one.now < TO) expect(openAt(one, "one")).toBe(0);
    });
    expect(placedAt(rig, "one", FROM + STALE_MS, TO)).toBe(0);
    expect(placedAt(rig, "two", FROM + STALE_MS, TO)).toBeGreaterThan(20);
    expect(placedAt(rig, "one", TO, END)).toBeGreaterThan(10);
    expect(inventoryOf(rig)[0]).toMatchObject({ withdrawn: 2 });
  });

  it("asks a venue that refuses everything once in a while, not at every quote", () => {
    const rig = trade(name, { how: "refuse" });
    // A bid and an ask each five seconds at most.
    expect(placedAt(rig, "one", FROM + 1_000, TO)).toBeLessThanOrEqual(2 * ((TO - FROM) / 5_000));
    expect(inventoryOf(rig)[0]!.refused).toBeGreaterThan(1);
    expect(placedAt(rig, "one", TO + 5_000, END)).toBeGreaterThan(10);
  });

  it.each(["silent", "stuck"] as const)("a venue that is %s gets no second order for a quote", (how) => {
    let most = 0;
    const rig = trade(name, { how }, (one) => (most = Math.max(most, openAt(one, "one"))));
    expect(most).toBeLessThanOrEqual(2);
    // Those that were on their way when it began.
    expect(placedAt(rig, "one", FROM + 1_000, TO)).toBeLessThanOrEqual(2);
    expect(placedAt(rig, "one", TO + 1_000, END)).toBeGreaterThan(10);
    for (const { peak } of inventoryOf(rig)) expect(peak).toBeLessThan(1.05);
    // In the end what it believes is what the venues say.
    for (const i of [0, 1]) expect(rig.desk.holding(i)).toBeCloseTo(rig.total(i, "BTC"), 9);
  });
});
