/** The normal distribution, and Sharpe tests against the numbers worked in the papers of Bailey and López de Prado. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalProbability, normalQuantile } from "../../../domain/performance/normal.ts";
import {
  deflatedSharpe,
  effectiveTrials,
  expectedMaxSharpe,
  minimumBacktestYears,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from "../../../domain/performance/sharpe-tests.ts";
import { Chance } from "../../../domain/values/chance.ts";

describe("the normal distribution", () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.959963984540054, 0.975],
    [3.5, 0.9997673709209645],
    [-6, 9.865876450376981e-10],
    [-10, 7.619853024160527e-24],
  ])("P(X <= %f) = %f", (x, p) => {
    expect(normalProbability(x) / p).toBeCloseTo(1, 12);
    if (x < 2) expect(normalQuantile(p)).toBeCloseTo(x, 9);
  });

  it("quantile undoes probability", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(normalProbability(normalQuantile(p)) / p).toBeCloseTo(1, 10);
      }),
    );
    expect([normalQuantile(0), normalQuantile(1), normalQuantile(2)]).toEqual([-Infinity, Infinity, NaN]);
  });
});

describe("deflated Sharpe, the example of the paper of 2014", () => {
  // Sharpe 2.5 a year over 1,250 days of 250 a year, skew -3, kurtosis 10; variance of the trials' Sharpe 1/2 a year.
  const sample = { sharpe: 2.5 / Math.sqrt(250), count: 1_250, skew: -3, kurtosis: 10 };
  const deviation = Math.sqrt(0.5 / 250);

  it("the best of 100 trials is expected at 0.1132 a day", () => {
    expect(expectedMaxSharpe(100, deviation)).toBeCloseTo(0.1132, 4);
  });

  it("is 0.9004 after 100 trials, 0.9505 after 46; 0.9505 after 88 if returns were normal", () => {
    expect(deflatedSharpe(sample, 100, deviation)).toBeCloseTo(0.9004, 4);
    expect(deflatedSharpe(sample, 46, deviation)).toBeCloseTo(0.9505, 4);
    expect(deflatedSharpe({ ...sample, skew: 0, kurtosis: 3 }, 88, deviation)).toBeCloseTo(0.9505, 4);
  });

  it("one trial deflates nothing", () => {
    expect(deflatedSharpe(sample, 1)).toBe(probabilisticSharpe(sample));
  });
});

describe("lengths", () => {
  it("minimum track record: Sharpe 2 above 1 with 95 % takes 2.73 years of normal daily returns (2012)", () => {
    const daily = (year: number) => year / Math.sqrt(252);
    const normal = { sharpe: daily(2), count: 0, skew: 0, kurtosis: 3 };
    expect(minimumTrackRecord(normal, daily(1)) / 252).toBeCloseTo(2.73, 2);
    expect(minimumTrackRecord(normal, daily(2))).toBe(Infinity);
  });

  it("with that many returns the probabilistic Sharpe is the confidence", () => {
    const sample = { sharpe: 0.1, skew: -1, kurtosis: 6 };
    const count = minimumTrackRecord({ ...sample, count: 0 }, 0.02, 0.9);
    expect(probabilisticSharpe({ ...sample, count }, 0.02)).toBeCloseTo(0.9, 10);
  });

  it("minimum backtest: five years bear 45 trials at a Sharpe of 1 (2014)", () => {
    expect(minimumBacktestYears(45, 1)).toBeCloseTo(5, 2);
    expect(minimumBacktestYears(45, 2)).toBeCloseTo(5 / 4, 2);
    expect(minimumBacktestYears(1, 1)).toBe(0);
  });

  it("effective trials: none is independent at correlation 1, all are at 0", () => {
    expect([effectiveTrials(100, 1), effectiveTrials(100, 0), effectiveTrials(100, 0.5)]).toEqual([
      1, 100, 50.5,
    ]);
  });
});

describe("simulated", () => {
  const normals = (chance: Chance, count: number, mean = 0) =>
    Float64Array.from({ length: count }, () => mean + chance.gaussian());

  it("the best of 50 without skill lies where it is expected, and its deflated Sharpe is no finding", () => {
    const chance = new Chance("null");
    let sum = 0;
    let found = 0;
    const rounds = 120;
    for (let round = 0; round < rounds; round += 1) {
      const samples = Array.from({ length: 50 }, () => sharpeSample(normals(chance, 100)));
      const best = samples.reduce((a, b) => (b.sharpe > a.sharpe ? b : a));
      sum += best.sharpe;
      if (deflatedSharpe(best, 50) > 0.95) found += 1;
    }
    // E[max of 50] = 2.25 deviations of 0.1; of 120 maxima the standard error is 0.0043.
    expect(sum / rounds).toBeCloseTo(expectedMaxSharpe(50, 0.1), 1.5);
    expect(Math.abs(sum / rounds / expectedMaxSharpe(50, 0.1) - 1)).toBeLessThan(0.06);
    expect(found / rounds).toBeLessThanOrEqual(0.08);
  });

  it("a planted edge stays a finding after 50 trials", () => {
    const sample = sharpeSample(normals(new Chance("edge"), 1_000, 0.2));
    expect(deflatedSharpe(sample, 50)).toBeGreaterThan(0.95);
  });
});
