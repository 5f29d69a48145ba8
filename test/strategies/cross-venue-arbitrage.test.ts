/** Arbitrage between two venues: a planted gap's profit in closed form, and what one leg alone costs when a venue fails after the first. */
import { describe, expect, it } from "vitest";
import type { Saved } from "../../domain/strategy/strategy.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { crossVenueArbitrage } from "../../strategies/cross-venue-arbitrage.ts";
import { refused } from "../refused.ts";
import type { RigOptions } from "./venues-options.ts";
import { VenuesRig } from "./venues-rig.ts";

const even = [[99.99, 50]] as const;
const evenAsk = [[100.01, 50]] as const;

/** Two venues at about 100, 10,000 USDT at each; after the inventory is bought both quote the same. */
const stocked = (over: Partial<RigOptions> = {}): VenuesRig => {
  const rig = new VenuesRig({
    strategy: crossVenueArbitrage,
    params: { edgeBps: 1, rebalanceBps: 0, exposure: 1, target: 0.5, size: 0.1, pauseMs: 0 },
    pairs: ["one:BTC/USDT", "two:BTC/USDT"],
    balances: { USDT: "10000" },
    ...over,
  });
  for (let k = 0; k < 5; k += 1) {
    rig.book(0, even, evenAsk);
    rig.book(1, even, evenAsk);
    rig.run(rig.now + 100);
  }
  return rig;
};

const held = (rig: VenuesRig): number => rig.total(0, "BTC") + rig.total(1, "BTC");
const cash = (rig: VenuesRig): number => rig.total(0, "USDT") + rig.total(1, "USDT");

interface Account {
  readonly risk: Record<"hedged" | "marketed" | "unwound" | "late", number>;
  readonly exposure: Record<"unhedgedMs" | "peakNotional" | "longestMs" | "episodes" | "base", number>;
  readonly rounds: number;
  readonly promised: number;
}
const accountOf = (rig: VenuesRig): Account =>
  (rig.trader.save() as unknown as { lanes: readonly [Account] }).lanes[0];

/** The second venue pays 101 for 3. */
const gap = (rig: VenuesRig): void => {
  rig.book(0, even, [[100, 3], [100.2, 50]]); // prettier-ignore
  rig.book(1, [[101, 3], [99.99, 50]], [[101.02, 50]]); // prettier-ignore
};

describe("cross-venue-arbitrage", () => {
  it("buys its inventory at both venues and then nothing, while both quote the same", () => {
    const rig = stocked();
    expect(held(rig)).toBeCloseTo(2 * 49.995, 1);
    expect(rig.asked).toHaveLength(2);
  });

  it("earns a planted gap to the last cent", () => {
    const rig = stocked();
    const [before, stock] = [cash(rig), held(rig)];
    gap(rig);
    rig.run(rig.now + 100);
    // 3 bought at 100 and sold at 101, no fees.
    expect(cash(rig) - before).toBeCloseTo(3, 9);
    expect(held(rig)).toBeCloseTo(stock, 9);
    expect(accountOf(rig)).toMatchObject({ rounds: 1, risk: { hedged: 1, marketed: 0, unwound: 0 } });
    expect(accountOf(rig).promised).toBeCloseTo(3, 9);
  });

  it("with fees of 20 bps at both earns 3 * (101 * 0.998 - 100 * 1.002) in money and coins, and not below its edge", () => {
    const rig = stocked({ takerBps: 20 });
    const [before, stock] = [cash(rig), held(rig)];
    gap(rig);
    rig.run(rig.now + 100);
    // The buyer's fee is taken in coins: 3 * 0.002 of them.
    expect(cash(rig) - before).toBeCloseTo(3 * (101 * 0.998 - 100), 6);
    expect(held(rig) - stock).toBeCloseTo(-3 * 0.002, 6);
    const dear = stocked({ takerBps: 60 });
    gap(dear);
    dear.run(dear.now + 100);
    expect(accountOf(dear).rounds).toBe(0);
  });

  it("believes no old book", () => {
    const rig = stocked();
    rig.book(1, [[101, 3]], [[101.02, 50]]);
    rig.run(rig.now + 50);
    const rounds = accountOf(rig).rounds;
    rig.run(rig.now + 5_000);
    rig.book(1, [[103, 3]], [[103.02, 50]]);
    rig.run(rig.now + 100);
    expect(accountOf(rig).rounds).toBe(rounds);
  });

  it("a partial fill is hedged at the market, and measured", () => {
    const rig = stocked({ feedMs: 5, entryMs: 20, answerMs: 10 });
    const stock = held(rig);
    gap(rig);
    rig.run(rig.now + 10);
    // While both legs are on their way two thirds of the bid are taken by others.
    rig.book(1, [[101, 1], [100.5, 50]], [[101.02, 50]]); // prettier-ignore
    rig.run(rig.now + 500);
    expect(held(rig)).toBeCloseTo(stock, 9);
    const { risk, exposure } = accountOf(rig);
    expect(risk).toMatchObject({ hedged: 0, marketed: 1, unwound: 0 });
    // 2 BTC, from the answers to the legs until that to the market order: 20 ms there and 10 back.
    expect(exposure).toMatchObject({ base: 0, unhedgedMs: 30 });
    expect(exposure.peakNotional).toBeGreaterThan(199);
    expect(exposure.peakNotional).toBeLessThan(310);
  });

  it("halted between its legs: what is open is told with its worth for as long as it is, and closed once orders pass again", () => {
    const from = stocked().now;
    const until = from + 20_000;
    // The first leg has arrived when everything begins to be refused; the second has not.
    const rig = stocked({
      troubles: [
        { venue: "two", from: from + 8, to: until, how: "refuse" },
        { venue: "one", from: from + 16, to: until, how: "refuse" },
      ],
    });
    const stock = held(rig);
    gap(rig);
    for (let at = from + 250; at < until; at += 250) {
      rig.run(at);
      const open = rig.trader.unhedged!(rig.desk.now);
      expect(open.base).toBeCloseTo(3, 9);
      expect(open.notional).toBeCloseTo(300, -1);
    }
    // Tried now and then, in turn at both: not at once again.
    expect(rig.asked.filter((one) => one.includes(" market ")).length).toBeLessThan(20);
    for (let k = 0; k < 100; k += 1) {
      rig.run(rig.now + 100);
      for (const i of [0, 1]) rig.book(i, even, evenAsk);
    }
    expect(held(rig)).toBeCloseTo(stock, 9);
    const { base, seconds, episodes } = rig.trader.unhedged!(rig.desk.now);
    expect({ base, episodes }).toEqual({ base: 0, episodes: 1 });
    expect(seconds).toBeGreaterThan(19);
    expect(seconds).toBeLessThan(26);
  });

  it.each(["refuse", "stuck", "silent"] as const)(
    "a venue that fails after the first leg (%s): unwound where it was bought, and in the end nothing is unhedged",
    (how) => {
      const options = {
        params: {
          edgeBps: 1,
          rebalanceBps: 0,
          exposure: 1,
          target: 0.5,
          size: 0.1,
          hedgeMs: 500,
          marketMs: 400,
        },
      };
      const probe = stocked(options);
      const from = probe.now + 8;
      const rig = stocked({ ...options, troubles: [{ venue: "two", from, to: from + 60_000, how }] });
      const [stock, before] = [held(rig), cash(rig)];
      gap(rig);
      for (let k = 0; k < 300; k += 1) {
        rig.run(rig.now + 50);
        rig.book(0, even, evenAsk);
      }
      const down = accountOf(rig);
      // The venue that answers is flat again as far as is known: bought 3 and sold 3.
      expect(down.exposure.base).toBe(0);
      expect(down.exposure.longestMs).toBeLessThan(500 + 3 * 400 + 100);
      expect(down.exposure.peakNotional).toBeLessThan(310);
      expect(down.risk.unwound).toBe(1);
      for (let k = 0; k < 400; k += 1) {
        rig.run(rig.now + 200);
        rig.book(0, even, evenAsk);
        rig.book(1, even, evenAsk);
      }
      expect(held(rig)).toBeCloseTo(stock, 6);
      expect(accountOf(rig).exposure.base).toBe(0);
      // What it has cost: at most the spread and the gap on 3 BTC.
      expect(cash(rig)).toBeGreaterThan(before - 3 * 1.1);
      if (how === "silent") expect(accountOf(rig).risk.late).toBeGreaterThan(0);
    },
  );

  it("goes on after save, JSON and load as if nothing had been, in the middle of a trade too", () => {
    const run = (at: number | undefined): unknown => {
      const rig = stocked();
      for (let k = 0; k < 40; k += 1) {
        if (k === at) {
          const saved = fromJson(toJson(rig.trader.save())) as Saved;
          rig.trader = rig.start();
          rig.trader.load(saved);
        }
        if (k % 10 === 0) gap(rig);
        if (k % 10 === 5) {
          rig.book(0, even, evenAsk);
          rig.book(1, even, evenAsk);
        }
        rig.run(rig.now + 7);
      }
      rig.run(rig.now + 1_000);
      return [rig.asked, accountOf(rig)];
    };
    const whole = run(undefined);
    for (const at of [0, 1, 2, 3, 6, 13]) expect(run(at)).toEqual(whole);
  });

  it("wants one pair at two venues", () => {
    for (const pairs of [
      ["one:BTC/USDT"],
      ["one:BTC/USDT", "one:BTC/USDT"],
      ["one:BTC/USDT", "two:ETH/USDT"],
    ])
      expect(refused(() => new VenuesRig({ strategy: crossVenueArbitrage, pairs, balances: {} }))).toBe(
        "instruments",
      );
  });
});
