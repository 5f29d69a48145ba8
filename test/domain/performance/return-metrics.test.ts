/** Figures of returns: one series worked by hand under every convention, and the edges. */
import { describe, expect, it } from "vitest";
import { returnMetrics } from "../../../domain/performance/return-metrics.ts";

const DAY = 86_400_000;

// Wealth 1.5, 0.75, 1.5, 1.125. Mean 0.75 / 4. Squared deviations 0.09765625 + 0.47265625 + 0.66015625 + 0.19140625.
const returns = [0.5, -0.5, 1, -0.25];
const deviation = Math.sqrt(1.421875 / 3);
// (0.25 + 0.0625) / 4
const downside = Math.sqrt(0.078125);

const close = (found: object, wanted: Readonly<Record<string, number | null>>) => {
  for (const [name, value] of Object.entries(wanted)) {
    const figure = (found as Readonly<Record<string, number | null>>)[name];
    if (value === null) expect(figure, name).toBeNull();
    else expect(figure, name).toBeCloseTo(value, 10);
  }
};

describe("by hand, four returns in a year", () => {
  it("as Shoal defines them", () => {
    const { figures, drawdown } = returnMetrics(
      { returns, at: [1, 2, 3, 4].map((day) => day * DAY) },
      { periods: 4 },
    );
    close(figures, {
      totalReturn: 0.125,
      cagr: 0.125,
      volatility: deviation * 2,
      sharpe: (0.1875 / deviation) * 2,
      sortino: (0.1875 / downside) * 2,
      calmar: 0.125 / 0.5,
      omega: 1.5 / 0.75,
      maxDrawdown: 0.5,
      // Down 0, 1/2, 0, 1/4.
      ulcerIndex: Math.sqrt((0.25 + 0.0625) / 4),
      // Place 0.15 between -0.5 and -0.25; place 2.85 between 0.5 and 1.
      var95: 0.4625,
      cvar95: 0.5,
      tailRatio: 0.925 / 0.4625,
      // Third and fourth powers of the deviations over 4.
      skew: 0.03955078125 / 0.35546875 ** 1.5,
      kurtosis: 0.176345825195 / 0.35546875 ** 2 - 3,
      positiveShare: 0.5,
      longestUnderwater: 2,
    });
    expect(drawdown).toEqual({
      peak: 1,
      trough: 2,
      recovery: 3,
      peakAt: DAY,
      troughAt: 2 * DAY,
      recoveryAt: 3 * DAY,
    });
  });

  it.each([
    [
      "empyrical",
      { maxDrawdown: -0.5, var95: -0.4625, cvar95: -0.5, calmar: 0.25, sharpe: (0.1875 / deviation) * 2 },
    ],
    // Five days of equity: the first without a return. From its end on 1.5, 0.75, 1.5, 1.125.
    [
      "jesse",
      { sortino: (0.1875 / Math.sqrt(0.3125 / 5)) * 2, calmar: 0.25, maxDrawdown: -0.5, cagr: 0.125 },
    ],
    [
      "backtesting.py",
      // The fifth root of 1.125, four times.
      {
        cagr: 1.125 ** 0.8 - 1,
        volatility: Math.sqrt((1.421875 / 3 + 1.125 ** 0.4) ** 4 - 1.125 ** 1.6),
        sharpe: (1.125 ** 0.8 - 1) / Math.sqrt((1.421875 / 3 + 1.125 ** 0.4) ** 4 - 1.125 ** 1.6),
        sortino: (1.125 ** 0.8 - 1) / (downside * 2),
        calmar: (1.125 ** 0.8 - 1) / 0.5,
        maxDrawdown: -0.5,
      },
    ],
    [
      "freqtrade",
      // Profits add: 1.5, 1, 2, 1.75 of the starting balance in four days; a trade deviates by sqrt(1.421875 / 4), a losing one by 0.125.
      {
        totalReturn: 0.75,
        cagr: 1.75 ** (365 / 4) - 1,
        sharpe: (0.1875 / Math.sqrt(1.421875 / 4)) * Math.sqrt(365),
        sortino: (0.1875 / 0.125) * Math.sqrt(365),
        calmar: ((0.1875 * 100) / (1 / 3)) * Math.sqrt(365),
        maxDrawdown: 1 / 3,
      },
    ],
  ] as const)("as %s defines them", (convention, wanted) => {
    const { cagr, ...rest } = wanted as Record<string, number>;
    const { figures } = returnMetrics({ returns }, { periods: 4, convention });
    close(figures, rest);
    if (cagr !== undefined) expect(figures.cagr! / cagr).toBeCloseTo(1, 10);
  });

  it("freqtrade says -100 where nothing deviates or is lost", () => {
    close(returnMetrics({ returns: [0.1] }, { convention: "freqtrade" }).figures, {
      sharpe: -100,
      sortino: -100,
      calmar: -100,
    });
  });

  it("jesse sees no drawdown in a loss of the first day", () => {
    close(returnMetrics({ returns: [-0.5, 0.1] }, { convention: "jesse" }).figures, {
      maxDrawdown: 0,
      calmar: 0,
    });
    close(returnMetrics({ returns: [-0.5, 0.1] }).figures, { maxDrawdown: 0.5 });
  });

  it("beside a benchmark", () => {
    // Means 0.02 and 0.01; covariance (0.01 * 0.02 + 0.01 * 0.02) / 2, variance of the benchmark (4 + 0 + 4)e-4 / 2.
    const choice = { periods: 100, benchmark: [0.03, 0.01, -0.01] };
    const own = { returns: [0.03, 0.02, 0.01] };
    close(returnMetrics(own, choice).figures, {
      beta: 0.5,
      correlation: 1,
      alpha: (0.02 - 0.5 * 0.01) * 100,
      trackingError: 0.01 * 10,
      informationRatio: (0.01 / 0.01) * 10,
      treynor: (0.02 * 100) / 0.5,
      upCapture: (Math.sqrt(1.03 * 1.02) - 1) / (Math.sqrt(1.03 * 1.01) - 1),
      downCapture: -1,
    });
    close(returnMetrics(own, { ...choice, convention: "empyrical" }).figures, {
      alpha: 1.015 ** 100 - 1,
      informationRatio: 1,
      upCapture: ((1.03 * 1.02) ** 50 - 1) / ((1.03 * 1.01) ** 50 - 1),
      downCapture: (1.01 ** 100 - 1) / (0.99 ** 100 - 1),
    });
  });
});

describe("edges", () => {
  it.each([
    [
      "no returns",
      [],
      { cagr: null, sharpe: null, maxDrawdown: null, omega: null, var95: null, positiveShare: null },
    ],
    [
      "one return",
      [0.1],
      { totalReturn: 0.1, sharpe: null, volatility: null, sortino: null, maxDrawdown: 0, calmar: null },
    ],
    [
      "equal returns",
      [0.1, 0.1, 0.1],
      { sharpe: null, volatility: 0, skew: null, probabilisticSharpe: null, sortino: null },
    ],
    [
      "no returns at all but zeros",
      [0, 0],
      { sharpe: null, omega: null, tailRatio: null, calmar: null, totalReturn: 0 },
    ],
    ["everything lost", [0.5, -1, 0.5], { totalReturn: -1, cagr: -1, maxDrawdown: 1, calmar: -1 }],
    ["no skill", [0.1, -0.1], { sharpe: 0, probabilisticSharpe: 0.5, minimumTrackRecord: null }],
  ] as const)("%s", (_, series, wanted) => {
    close(returnMetrics({ returns: series }).figures, wanted);
  });

  it("a drawdown that never recovers has no recovery, and the start no time", () => {
    const { drawdown } = returnMetrics({ returns: [-0.1, 0.05], at: [DAY, 2 * DAY] });
    expect(drawdown).toMatchObject({
      peak: 0,
      peakAt: null,
      trough: 1,
      troughAt: DAY,
      recovery: null,
      recoveryAt: null,
    });
  });
});
