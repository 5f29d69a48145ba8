/** Pairs on a planted cointegration: log y = 0.3 + 1.5 log x + s, s coming back to 0 by half within 10 candles. */
import { describe, expect, it } from "vitest";
import { KalmanLine } from "../../domain/indicators/statistics/kalman-line.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { Chance } from "../../domain/values/chance.ts";
import { pairs } from "../../strategies/pairs.ts";
import { refused } from "../refused.ts";
import { instrument } from "../simulation/backtest/scripted.ts";
import { candlesOf, runOn } from "./markets.ts";

const planted = (length: number, jumpAt = Infinity) => {
  const chance = new Chance("pairs");
  const kept = 0.5 ** (1 / 10);
  const normal = () => chance.next() + chance.next() + chance.next() - 1.5;
  let [log, spread] = [Math.log(50), 0];
  const [y, x, spreads]: [number[], number[], number[]] = [[], [], []];
  for (let k = 0; k < length; k += 1) {
    log += normal() * 0.004;
    spread = kept * spread + normal() * 0.004;
    x.push(Math.exp(log));
    y.push(Math.exp(0.3 + 1.5 * log + spread - (k >= jumpAt ? 0.5 : 0)));
    spreads.push(spread);
  }
  return { y, x, spreads };
};

describe.each(["rolling", "kalman"])("pairs, %s", (hedge) => {
  const params = { hedge, length: 200, entry: 2, exit: 0, stop: 0, drift: 1e-9 };

  it("buys the first where it is planted cheap, the second where it is dear, and earns", () => {
    const { y, x, spreads } = planted(4_000);
    const { trades, equity } = runOn(pairs, params, { tables: [candlesOf(y), candlesOf(x)] });
    expect(trades.length).toBeGreaterThan(10);
    for (const { pair, openAt } of trades) {
      // The hedge is estimated, so the planted spread is met within 0.002 (its deviation is 0.0055). Bought at the open after the close that decided.
      const spread = spreads[(openAt - 1_609_718_400_000) / 60_000 - 1]!;
      if (pair === "A/USDT") expect(spread).toBeLessThan(0.002);
      else expect(spread).toBeGreaterThan(-0.002);
    }
    expect(equity.value.at(-1)).toBeGreaterThan(1_050);
  });

  it("refuses one instrument, or an exit beyond its entry", () => {
    expect(refused(() => pairs.start(parseParams(pairs, params), [instrument()]))).toBe("instruments");
    expect(refused(() => parseParams(pairs, { entry: 1, exit: 1 }))).toBe("params.exit");
  });
});

describe("pairs", () => {
  it("gives up when the two part, and waits until they have come together again", () => {
    const { y, x } = planted(600, 400);
    const { trades } = runOn(
      pairs,
      { hedge: "rolling", length: 200, stop: 1, halfLifeMax: 1_000 },
      { tables: [candlesOf(y), candlesOf(x)], from: (1_609_718_400_000 + 390 * 60_000) as never },
    );
    // The first falls by 40 % in one candle: a spread beyond entry and stop together is no entry.
    expect(
      trades.filter(({ pair, openAt }) => pair === "A/USDT" && openAt < 1_609_718_400_000 + 420 * 60_000),
    ).toEqual([]);
  });

  it("a Kalman line finds a slope, and follows it when it moves", () => {
    const chance = new Chance("line");
    const line = new KalmanLine(50, 1e-4);
    const after = (count: number, slope: number): number => {
      for (let k = 0; k < count; k += 1) {
        const x = 4 + chance.next();
        line.push(1 + slope * x + (chance.next() - 0.5) * 0.02, x);
      }
      return line.slope;
    };
    expect(after(500, 1.5)).toBeCloseTo(1.5, 1);
    expect(after(500, 2)).toBeCloseTo(2, 1);
  });
});
