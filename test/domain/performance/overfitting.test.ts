/** Overfitting: small cases by hand, what noise and a planted edge give, and the deflation of a real selection. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overfitting } from "../../../domain/performance/overfitting.ts";
import { probabilisticSharpe, sharpeSample } from "../../../domain/performance/sharpe-tests.ts";
import { selectTrial } from "../../../domain/performance/trial-selection.ts";
import { Chance } from "../../../domain/values/chance.ts";

const noise = (chance: Chance, count: number, mean = 0): Float64Array =>
  Float64Array.from({ length: count }, () => mean + chance.gaussian());
const manyTrials = (seed: string, trials: number, count: number): Float64Array[] => {
  const chance = new Chance(seed);
  return Array.from({ length: trials }, () => noise(chance, count));
};

describe("probability of backtest overfitting, by hand", () => {
  // Two blocks: a is good in the first and bad in the second, b the other way round. Whichever is chosen is last then.
  const a = [0.02, 0.01, -0.02, -0.01];
  const b = [-0.02, -0.01, 0.02, 0.01];

  it("is 1 where the best of one half is the worst of the other", () => {
    const found = overfitting([a, b], 2);
    expect(found).toMatchObject({ probability: 1, combinations: 2, lossProbability: 1 });
    // Rank 1 of 2: w = 1/3, the logit is ln(1/2).
    for (const logit of found.logits) expect(logit).toBeCloseTo(Math.log(0.5), 12);
    expect(found.sharpeInSample).toBeCloseTo(0.015 / Math.sqrt(0.00005), 10);
    expect(found.sharpeOutOfSample).toBeCloseTo(-0.015 / Math.sqrt(0.00005), 10);
  });

  it("is 0 where one trial is the best in every block", () => {
    const good = [0.03, 0.02, 0.03, 0.02];
    expect(overfitting([a, b, good], 2)).toMatchObject({ probability: 0, lossProbability: 0 });
  });

  it("equal trials share their ranks: the middle, a logit of 0", () => {
    const found = overfitting([a, a, a], 2);
    for (const logit of found.logits) expect(logit).toBeCloseTo(0, 12);
    expect(found.probability).toBe(1);
  });

  it("16 blocks give 12,870 choices", () => {
    expect(overfitting(manyTrials("choices", 2, 64), 16).combinations).toBe(12_870);
  });

  it("constant trials are not traded and disturb nobody", () => {
    const flat = new Float64Array(64).fill(0.1);
    const { logits } = overfitting([flat, ...manyTrials("flat", 3, 64)], 8);
    expect(logits.every((logit) => Number.isFinite(logit))).toBe(true);
  });

  it("refuses what it cannot split", () => {
    expect(() => overfitting([a], 2)).toThrow("trials: expected two or more");
    expect(() => overfitting([a, [1]], 2)).toThrow("trials[1]: expected 4 returns");
    expect(() => overfitting([a, b], 3)).toThrow("blocks: expected an even number");
    expect(() => overfitting([a, b], 4)).toThrow("trials: expected at least 8 returns");
  });
});

describe("on simulated trials", () => {
  it("the order of the trials changes nothing but who is best among equals", () => {
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        const trials = manyTrials(`order ${seed}`, 5, 40);
        const found = overfitting(trials, 6);
        expect(overfitting([...trials].reverse(), 6).probability).toBe(found.probability);
        expect(found.probability).toBeGreaterThanOrEqual(0);
        expect(found.probability).toBeLessThanOrEqual(1);
      }),
      { numRuns: 20 },
    );
  });

  // Over independent noise the mean of PBO is near one half; each value spreads by about 0.2.
  it("choosing among noise is overfitting", () => {
    let sum = 0;
    for (let round = 0; round < 40; round += 1)
      sum += overfitting(manyTrials(`noise ${round}`, 20, 200), 8).probability;
    expect(sum / 40).toBeGreaterThan(0.4);
    expect(sum / 40).toBeLessThan(0.7);
    const one = overfitting(manyTrials("noise", 20, 400), 10);
    expect(one.sharpeInSample).toBeGreaterThan(one.sharpeOutOfSample);
    expect(one.degradation).toBeLessThan(0);
  });

  it("a planted edge is found: no overfitting, and the deflated Sharpe ratio stands", () => {
    const trials = manyTrials("edge", 20, 600);
    trials[7] = noise(new Chance("planted"), 600, 0.25);
    expect(overfitting(trials, 12).probability).toBeLessThan(0.05);
    const found = selectTrial(trials);
    expect(found.best).toBe(7);
    expect(found.deflated).toBeGreaterThan(0.95);
    expect(found.trackRecord).toBeLessThan(600);
  });

  it("the best of random walks is no finding", () => {
    let found = 0;
    for (let round = 0; round < 60; round += 1)
      if (selectTrial(manyTrials(`walk ${round}`, 30, 250)).deflated > 0.95) found += 1;
    // Five percent would be 3.
    expect(found).toBeLessThanOrEqual(6);
  });
});

describe("selection", () => {
  it("copies are one trial, independent ones are all", () => {
    const chance = new Chance("copies");
    const one = noise(chance, 300);
    const copies = Array.from({ length: 10 }, (_, i) => one.map((r) => r * (i + 1) + 0.001 * i));
    expect(selectTrial(copies).effective).toBeCloseTo(1, 6);
    expect(selectTrial(copies).meanCorrelation).toBeCloseTo(1, 9);
    const independent = manyTrials("independent", 10, 3_000);
    expect(selectTrial(independent).effective).toBeGreaterThan(9.5);
  });

  it("more trials than are shown deflate more", () => {
    const trials = manyTrials("hidden", 5, 300);
    expect(selectTrial(trials, 500).deflated).toBeLessThan(selectTrial(trials).deflated);
    expect(selectTrial(trials).probabilistic).toBe(
      Math.max(...trials.map((trial) => probabilisticSharpe(sharpeSample(trial)))),
    );
    expect(() => selectTrial(trials, 4)).toThrow("tried: expected at least 5");
  });
});
