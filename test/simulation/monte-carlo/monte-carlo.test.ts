/** Monte Carlo against closed forms, on series without skill, and what each resampling must keep. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import { resampledCandles, perturbedCandles } from "../../../simulation/monte-carlo/candles.ts";
import { monteCarlo, type MonteCarloPlan } from "../../../simulation/monte-carlo/monte-carlo.ts";
import { realityCheck } from "../../../simulation/monte-carlo/reality-check.ts";
import { resampleOf } from "../../../simulation/monte-carlo/resampling.ts";

const noise = (seed: string, count: number, mean = 0): Float64Array => {
  const chance = new Chance(seed);
  return Float64Array.from({ length: count }, () => mean + 0.01 * chance.gaussian());
};
const plan = (more: Partial<MonteCarloPlan>): MonteCarloPlan => ({
  method: "bootstrap",
  runs: 500,
  seed: 1,
  ...more,
});
const drawn = (returns: readonly number[], ...how: [Parameters<typeof resampleOf>[1], number?]): number[] => {
  const into = new Float64Array(returns.length);
  resampleOf(returns, ...how)(into, new Chance("draw"));
  return [...into];
};

describe("resampling", () => {
  it("a shuffle keeps every return; blocks keep what follows what", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 8 }), (count, size) => {
        const numbers = Array.from({ length: count }, (_, i) => i);
        const block = Math.min(size, count);
        expect(drawn(numbers, "shuffle").sort((a, b) => a - b)).toEqual(numbers);
        expect(drawn(numbers, "none")).toEqual(numbers);
        const blocks = drawn(numbers, "block", block);
        for (let i = 1; i < count; i += 1)
          if (i % block !== 0) expect(blocks[i]).toBe((blocks[i - 1]! + 1) % count);
      }),
    );
  });

  it("every order of three is as likely", () => {
    const shuffle = resampleOf([1, 2, 3], "shuffle");
    const into = new Float64Array(3);
    const counts = new Map<string, number>();
    const chance = new Chance("orders");
    for (let i = 0; i < 6_000; i += 1) {
      shuffle(into, chance);
      counts.set(into.join(), (counts.get(into.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Standard deviation 29.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  });

  it("stationary stretches are of the mean length asked for, and every return is drawn as often", () => {
    const count = 20_000;
    const into = new Float64Array(count);
    resampleOf(
      Array.from({ length: count }, (_, i) => i),
      "stationary",
      8,
    )(into, new Chance("stretches"));
    let joins = 1;
    for (let i = 1; i < count; i += 1) if (into[i] !== (into[i - 1]! + 1) % count) joins += 1;
    expect(count / joins).toBeGreaterThan(7.5);
    expect(count / joins).toBeLessThan(8.5);
  });

  it("refuses what cannot be", () => {
    expect(() => resampleOf([], "bootstrap")).toThrow("returns: expected one or more");
    expect(() => resampleOf([1, 2], "block", 3)).toThrow("block: expected a whole number from 1 to 2");
    expect(() => monteCarlo([1], plan({ skip: 1 }))).toThrow("skip: expected a probability");
    expect(() => monteCarlo([1], plan({ ruin: 0 }))).toThrow("ruin: expected a share");
  });
});

describe("closed forms", () => {
  const returns = [0.01, -0.02, 0.03, 0.005, -0.01, 0.02, 0.015, -0.03, 0.01, 0.02];

  it("a shuffle keeps the total, compounded or added, and has no p-value", () => {
    for (const compound of [true, false]) {
      const found = monteCarlo(returns, plan({ method: "shuffle", compound }));
      expect(found.total.percentiles["2.5"]).toBeCloseTo(found.observed.total, 12);
      expect(found.total.percentiles["97.5"]).toBeCloseTo(found.observed.total, 12);
      expect(found.pValue).toBeNull();
      expect(found.totalRank).toBe(1);
      expect(found.drawdown.percentiles["95"]).toBeGreaterThan(found.drawdown.percentiles["5"]!);
    }
  });

  // Sum 0.05; population variance 3.35e-4 - 2.5e-5 = 3.1e-4 a draw, ten draws: deviation 0.0557, of 2,000 runs 0.00125.
  it("bootstrapped totals have the mean and deviation of sums of draws", () => {
    const found = monteCarlo(returns, plan({ runs: 2_000, compound: false }));
    expect(Math.abs(found.total.mean - 0.05)).toBeLessThan(0.004);
    const width = found.total.percentiles["95"]! - found.total.percentiles["5"]!;
    expect(width / (2 * 1.645)).toBeGreaterThan(0.05);
    expect(width / (2 * 1.645)).toBeLessThan(0.061);
  });

  it("a missed share of trades misses that share of the profit; slippage costs its mean", () => {
    const hundred = Array.from({ length: 100 }, () => 0.01);
    const skipped = monteCarlo(hundred, plan({ method: "none", skip: 0.3, compound: false }));
    expect(skipped.observed.total).toBeCloseTo(1, 12);
    expect(Math.abs(skipped.total.mean - 0.7)).toBeLessThan(0.01);
    const slipped = monteCarlo(hundred, plan({ method: "none", slippage: 0.002, compound: false }));
    expect(Math.abs(slipped.total.mean - 0.8)).toBeLessThan(0.005);
  });

  // Reflection: a fair walk of 100 steps of 0.05 reaches -10 with P = 2 P(S < -10) + P(S = -10) = 0.3197 (binomial).
  it("ruin of a fair walk is that of the reflection principle", () => {
    const fair = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0.05 : -0.05));
    const { ruin } = monteCarlo(fair, plan({ runs: 4_000, compound: false, ruin: 0.5 - 1e-9 }));
    expect(Math.abs(ruin - walkRuin(100, 10))).toBeLessThan(0.025);
  });
});

/** P(lowest of n fair steps <= -k), k even as n: 2 P(S < -k) + P(S = -k). */
const walkRuin = (steps: number, down: number): number => {
  let below = 0;
  let at = 0;
  let ways = 0.5 ** steps;
  for (let ups = 0; ups <= steps; ups += 1) {
    const end = 2 * ups - steps;
    if (end < -down) below += ways;
    if (end === -down) at = ways;
    ways *= (steps - ups) / (ups + 1);
  }
  return 2 * below + at;
};

describe("chance", () => {
  it("a seed says all; more runs do not change the first ones", () => {
    const series = noise("seeds", 50);
    expect(monteCarlo(series, plan({ seed: 5 }))).toEqual(monteCarlo(series, plan({ seed: 5 })));
    expect(monteCarlo(series, plan({ seed: 6 })).total).not.toEqual(
      monteCarlo(series, plan({ seed: 5 })).total,
    );
    const one = monteCarlo(series, plan({ runs: 1, seed: 5 })).total;
    const two = monteCarlo(series, plan({ runs: 2, seed: 5 })).total;
    // The first of two lies half of their distance from their mean; 2.5 and 97.5 % are 0.95 of that distance apart.
    const distance = (two.percentiles["97.5"]! - two.percentiles["2.5"]!) / 0.95;
    expect(Math.abs(one.mean - two.mean)).toBeCloseTo(distance / 2, 12);
  });

  it("without skill one p-value in twenty is below 0.05, by every bootstrap", () => {
    for (const method of ["bootstrap", "stationary"] as const) {
      let below = 0;
      for (let i = 0; i < 200; i += 1)
        if (monteCarlo(noise(`null ${i}`, 60), plan({ method, runs: 199 })).pValue! <= 0.05) below += 1;
      // 10 expected, standard deviation 3.1; blocks of 60 returns make it a little more.
      expect(below, method).toBeGreaterThan(1);
      expect(below, method).toBeLessThan(24);
    }
  });

  it("a planted edge has a small one", () => {
    expect(monteCarlo(noise("edge", 400, 0.003), plan({ method: "stationary" })).pValue).toBeLessThan(0.01);
  });

  it("the reality check knows of the search: the best of noise is nothing, a planted edge is", () => {
    let below = 0;
    for (let i = 0; i < 40; i += 1) {
      const trials = Array.from({ length: 15 }, (_, trial) => noise(`check ${i} ${trial}`, 80));
      if (realityCheck(trials, { runs: 99, seed: i }) <= 0.05) below += 1;
    }
    expect(below).toBeLessThanOrEqual(6);
    const trials = Array.from({ length: 15 }, (_, trial) =>
      noise(`found ${trial}`, 400, trial === 3 ? 0.002 : 0),
    );
    expect(realityCheck(trials, { runs: 199, seed: 1 })).toBeLessThan(0.02);
  });
});

describe("candles", () => {
  const chance = new Chance("candles");
  let price = 100;
  const rows = Array.from({ length: 60 }, () => {
    const open = price * Math.exp(0.001 * chance.gaussian());
    const close = (price = open * Math.exp(0.01 * chance.gaussian()));
    return {
      open,
      close,
      high: Math.max(open, close) * 1.002,
      low: Math.min(open, close) * 0.998,
      volume: chance.next(),
    };
  });
  const column = (name: keyof (typeof rows)[number]) => Float64Array.from(rows, (row) => row[name]);
  const candles = {
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };

  it("stay candles, and resampled ones keep the moves inside of stretches", () => {
    for (const made of [
      resampledCandles(candles, 10, new Chance(1)),
      perturbedCandles(candles, 0.005, new Chance(1)),
    ])
      for (let i = 0; i < 60; i += 1) {
        expect(made.low[i]).toBeGreaterThan(0);
        expect(made.low[i]).toBeLessThanOrEqual(Math.min(made.open[i]!, made.close[i]!));
        expect(made.high[i]).toBeGreaterThanOrEqual(Math.max(made.open[i]!, made.close[i]!));
      }
    const made = resampledCandles(candles, 10, new Chance(1));
    const moves = new Set(Array.from(candles.close, (close, i) => (close / candles.open[i]!).toFixed(9)));
    for (let i = 0; i < 60; i += 1) expect(moves).toContain((made.close[i]! / made.open[i]!).toFixed(9));
  });

  it("no noise, and one stretch from the start, are the candles themselves", () => {
    const same = perturbedCandles(candles, 0, new Chance(1));
    for (const name of ["open", "high", "low", "close", "volume"] as const)
      for (let i = 0; i < 60; i += 1) expect(same[name][i]).toBeCloseTo(candles[name][i]!, 9);
  });
});
