/** Worked examples of what follows a trend or leans against one: profits in closed form, without fees, of 1,000 at the start. */
import { describe, expect, it } from "vitest";
import { parseParams } from "../../domain/strategy/params.ts";
import { bollingerReversion } from "../../strategies/bollinger-reversion.ts";
import { channelBreakout } from "../../strategies/channel-breakout.ts";
import { momentum } from "../../strategies/momentum.ts";
import { refused } from "../refused.ts";
import { candlesOf, runOn } from "./markets.ts";

const flat = Array.from({ length: 40 }, () => 100);
/** `count` further closes after the last, each `next` of the one before. */
const on = (closes: readonly number[], count: number, next: (close: number) => number): number[] => {
  const all = [...closes];
  for (let k = 0; k < count; k += 1) all.push(next(all.at(-1)!));
  return all;
};
const tradesOf = ({ trades }: ReturnType<typeof runOn>) =>
  trades.map(({ openPrice, closePrice, profit }) => [openPrice, closePrice, profit].map((x) => x.toFixed(6)));
const row = (...numbers: number[]) => numbers.map((x) => x.toFixed(6));

describe("momentum", () => {
  // A hundred rises of 1 %, continuously, then as many falls. The weight of a memory of 10 is 2 / 11.
  // First rise: variance 1.82e-5, deviation over 10 candles 0.0135, score 0.01 / 0.0135 = 0.74: not beyond 1.
  // Second: variance 3.31e-5, deviation 0.0182, score 0.02 / 0.0182 = 1.1: in, at 100 e^0.02.
  // Sixth fall after the top: 4 rises and 6 falls within 10, score -0.02 / 0.0316 = -0.63: out, at 100 e^0.94.
  const closes = on(
    on(flat, 100, (close) => close * Math.exp(0.01)),
    100,
    (close) => close * Math.exp(-0.01),
  );
  const params = { lookback: 10, memory: 10, entry: 1, exit: -0.1 };

  it("earns the rise between its entry and its exit", () => {
    const result = runOn(momentum, params, { tables: [candlesOf(closes)] });
    expect(tradesOf(result)).toEqual([
      row(100 * Math.exp(0.02), 100 * Math.exp(0.94), 950 * (Math.exp(0.92) - 1)),
    ]);
  });

  it("holds less where the market is wilder than its target", () => {
    // At the entry a minute's variance is 3.31e-5 (exactly 1e-4 (1 - (9/11)^2)); 525,600 minutes a year.
    const yearly = Math.sqrt(1e-4 * (1 - (9 / 11) ** 2) * 525_600);
    const result = runOn(
      momentum,
      { ...params, targetVolatility: yearly / 4 },
      { tables: [candlesOf(closes)] },
    );
    expect(result.trades[0]!.profit).toBeCloseTo((950 / 4) * (Math.exp(0.92) - 1), 6);
  });

  it("refuses to leave above its entry", () => {
    expect(refused(() => parseParams(momentum, { entry: 1, exit: 1 }))).toBe("params.exit");
  });
});

describe("channel-breakout", () => {
  // 100, then 101 to 130, then down by 1. Out at the first close below the lowest of 10 candles: on the way down the
  // window's oldest low climbs to meet it; the sixth close, 124, is below 125.
  const closes = on(
    on(flat, 30, (close) => close + 1),
    30,
    (close) => close - 1,
  );

  it("by highs and lows: in at the first close above all before, out at the first below the last ten", () => {
    const result = runOn(channelBreakout, { entry: 20, exit: 10 }, { tables: [candlesOf(closes)] });
    expect(tradesOf(result)).toEqual([row(101, 124, (950 / 101) * 23)]);
  });

  it("by ranges: in after a jump of more than two ranges, out two of them below the best close", () => {
    // Candles of range 1 (99.5 to 100.5) make an average of 1; a close at 103 is more than 2 away from 100. Its range is
    // 3.5 (99.5 to 103, both wicks counted): average (19 + 3.5) / 20 = 1.125; the exit at 103 - 2.25 = 100.75.
    const rows = [...flat.map(() => [100, 100.5, 99.5, 100]), [100, 103, 99.5, 103]];
    // 101.2 stays above; 100.7 does not.
    rows.push([103, 103, 101.2, 101.2], [101.2, 101.2, 100.7, 100.7], [100.7, 100.7, 100.7, 100.7]);
    const table = candlesOf(rows.map(([, , , close]) => close!));
    rows.forEach(([open, high, low], k) => {
      table.open[k] = open!;
      table.high[k] = high!;
      table.low[k] = low!;
    });
    const result = runOn(
      channelBreakout,
      { channel: "volatility", entry: 20, width: 2, exposure: 0.5 },
      { tables: [table], from: table.at[39]! as never },
    );
    expect(tradesOf(result)).toEqual([row(103, 100.7, (500 / 103) * -2.3)]);
  });
});

describe("bollinger-reversion", () => {
  it("buys what one fall leaves sqrt(19) deviations below, and sells it at the mean", () => {
    const closes = [...flat, 90, 100, 100];
    const result = runOn(bollingerReversion, {}, { tables: [candlesOf(closes)] });
    expect(tradesOf(result)).toEqual([row(90, 100, (950 / 90) * 10)]);
  });

  it("gives up what runs away, and waits for the mean before it tries again", () => {
    const closes = [...flat, 99, 80, 79, 78, 77, 76];
    const result = runOn(bollingerReversion, { stop: 2.2 }, { tables: [candlesOf(closes)] });
    // At 99 z = -sqrt(19) = -4.36: in. At 80: mean 98.95, variance 19.05 -> z = -4.34: beyond 2 + 2.2, out at 80.
    expect(tradesOf(result)).toEqual([row(99, 80, (950 / 99) * -19)]);
  });

  it("refuses bands that no close can reach", () => {
    expect(refused(() => parseParams(bollingerReversion, { length: 5, width: 2 }))).toBe("params.width");
  });
});
