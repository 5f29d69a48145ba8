/** Arbitrage round three pairs: what a round earns in closed form, and what a leg costs that finds nobody. */
import { describe, expect, it } from "vitest";
import type { Saved } from "../../domain/strategy/strategy.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { triangularArbitrage } from "../../strategies/triangular-arbitrage.ts";
import { refused } from "../refused.ts";
import type { RigOptions } from "./venues-options.ts";
import { VenuesRig } from "./venues-rig.ts";

describe("triangular-arbitrage", () => {
  const pairs = ["one:BTC/USDT", "one:ETH/USDT", "one:ETH/BTC"];
  const deep = 1_000;
  const fair = (rig: VenuesRig, cross: readonly [number, number] = [0.05, 0.0501]): void => {
    rig.book(0, [[49_990, deep]], [[50_000, deep]]);
    rig.book(1, [[2_500, deep]], [[2_501, deep]]);
    rig.book(2, [[cross[0], deep]], [[cross[1], deep]]);
  };
  const started = (over: Partial<RigOptions> = {}): VenuesRig => {
    const rig = new VenuesRig({
      strategy: triangularArbitrage,
      params: { edgeBps: 1, exposure: 1, size: 0.5, pauseMs: 0 },
      pairs,
      balances: { USDT: "10000" },
      ...over,
    });
    fair(rig);
    rig.run(100);
    return rig;
  };
  interface Round {
    readonly exposure: { readonly base: number; readonly unhedgedMs: number; readonly peakNotional: number };
    readonly rounds: number;
    readonly broken: number;
    readonly promised: number;
  }
  const roundOf = (rig: VenuesRig): Round =>
    (rig.trader.save() as unknown as { lanes: readonly [Round] }).lanes[0];

  it("does nothing while no way round pays, and goes round where one does, to the last cent", () => {
    const rig = started();
    expect(rig.asked).toEqual([]);
    // ETH for 0.048 BTC: 50,000 * 0.048 = 2,400 for what sells at 2,500. 5,000 USDT are 0.1 BTC are 2.0833 ETH.
    fair(rig, [0.0479, 0.048]);
    rig.run(200);
    expect(rig.asked.map((one) => one.replace(/^[\d.]+ /, ""))).toEqual([
      "one:BTC/USDT buy limit 0.1@50000",
      "one:ETH/BTC buy limit 2.0833@0.048",
      "one:ETH/USDT sell limit 2.0833@2500",
    ]);
    // 0.1 BTC cost 5,000; 2.0833 ETH bring in 5,208.25; 0.0000016 BTC are left over, too little to sell.
    expect(rig.total(0, "USDT") - 10_000).toBeCloseTo(208.25, 6);
    expect(rig.total(0, "BTC")).toBeCloseTo(0.1 - 2.0833 * 0.048, 9);
    expect(roundOf(rig)).toMatchObject({ rounds: 1, broken: 0, exposure: { base: 0 } });
    // Held from the answer to the first leg (20 ms after it) until that to the third.
    expect(roundOf(rig).exposure.unhedgedMs).toBe(40);
  });

  it("the other way round, where the cross is dear", () => {
    const rig = started();
    // ETH at 2,501, sold for 0.052 BTC, sold at 49,990: 2,599.48.
    fair(rig, [0.052, 0.0521]);
    rig.run(200);
    expect(rig.asked.map((one) => one.split(" ").slice(1, 4).join(" "))).toEqual([
      "one:ETH/USDT buy limit",
      "one:ETH/BTC sell limit",
      "one:BTC/USDT sell limit",
    ]);
    expect(rig.total(0, "USDT")).toBeGreaterThan(10_150);
  });

  it("is not tempted below three fees", () => {
    const rig = started({ takerBps: 150 });
    fair(rig, [0.0479, 0.048]);
    rig.run(200);
    expect(rig.asked).toEqual([]);
    const cheap = started({ takerBps: 100 });
    fair(cheap, [0.0479, 0.048]);
    cheap.run(300);
    // 2,500 / 2,400 * 0.99^3 = 1.0107 on 4,950.
    expect(roundOf(cheap)).toMatchObject({ rounds: 1, broken: 0 });
    expect(cheap.total(0, "USDT") - 10_000).toBeGreaterThan(4_950 * 0.0095);
  });

  it("a leg that finds nobody: what was bought is sold home, and it pauses", () => {
    const rig = started({ params: { edgeBps: 1, exposure: 1, size: 0.5, pauseMs: 60_000 } });
    fair(rig, [0.0479, 0.048]);
    rig.run(rig.now + 20);
    rig.book(2, [[0.0499, deep]], [[0.05, deep]]);
    rig.run(rig.now + 300);
    expect(rig.asked.at(-1)).toMatch(/one:BTC\/USDT sell market 0.1@0$/);
    expect(rig.total(0, "BTC")).toBeCloseTo(0, 9);
    // The spread on 0.1 BTC.
    expect(rig.total(0, "USDT") - 10_000).toBeCloseTo(-0.1 * 10, 6);
    expect(roundOf(rig)).toMatchObject({ rounds: 1, broken: 1, exposure: { base: 0 } });
    const asked = rig.asked.length;
    fair(rig, [0.0479, 0.048]);
    rig.run(rig.now + 1_000);
    expect(rig.asked).toHaveLength(asked);
  });

  it("goes on after save, JSON and load as if nothing had been, between two legs too", () => {
    const run = (at: number | undefined): unknown => {
      const rig = started();
      for (let k = 0; k < 30; k += 1) {
        if (k === at) {
          const saved = fromJson(toJson(rig.trader.save())) as Saved;
          rig.trader = rig.start();
          rig.trader.load(saved);
        }
        if (k % 10 === 0) fair(rig, [0.0479, 0.048]);
        if (k % 10 === 5) fair(rig);
        rig.run(rig.now + 9);
      }
      return [rig.asked, roundOf(rig)];
    };
    const whole = run(undefined);
    for (const at of [0, 2, 4, 6, 12]) expect(run(at)).toEqual(whole);
  });

  it("wants a triangle of one venue", () => {
    for (const three of [
      pairs.slice(0, 2),
      ["one:BTC/USDT", "one:ETH/USDT", "two:ETH/BTC"],
      ["one:BTC/USDT", "one:ETH/USDT", "one:SOL/BTC"],
    ])
      expect(
        refused(() => new VenuesRig({ strategy: triangularArbitrage, pairs: three, balances: {} })),
      ).toBe("instruments");
  });
});
