/** Managed positions by the engine that runs them, in both accountings, long and short: profits, averages and stops in closed form. */
import { describe, expect, it } from "vitest";
import { managedBy } from "../../../domain/strategy/manage/managed.ts";
import { readPlan, type WrittenPlan } from "../../../domain/strategy/manage/read-plan.ts";
import { backtest } from "../../../simulation/backtest/backtest.ts";
import { perpetuals } from "../../strategies/markets.ts";
import { candlesOf, instrument, MINUTE, type Row, type Script, scripted, START } from "./scripted.ts";

/** Wishes at the closes so numbered. */
const wishes = (at: Readonly<Record<number, number>>): Script => ({
  onCandle: ({ k }, desk) => {
    if (at[k] !== undefined) desk.aim(0, at[k], at[k] === 0 ? "out" : "in");
  },
});
/** From one close to the next in a line. */
const line = (...closes: readonly number[]): Row[] =>
  closes.map((close, k) => {
    const open = closes[Math.max(0, k - 1)]!;
    return [open, Math.max(open, close), Math.min(open, close), close];
  });

describe.each([
  ["exact", 1],
  ["exact", -1],
  ["float", 1],
  ["float", -1],
] as const)("managed positions, %s, way %i", (accounting, way) => {
  /** The mirror image of a price for a short. */
  const at = (price: number): number => 100 + way * (price - 100);
  const run = (closes: readonly number[], manage: WrittenPlan, script: Script, feeBps = 0) =>
    backtest({
      strategy: managedBy(scripted(script).strategy, readPlan(manage, "manage")),
      params: {},
      markets: [
        {
          instrument: instrument(way > 0 ? "A/USDT" : "A/USDT:USDT", {
            quote: instrument().quote,
            takerBps: feeBps,
          }),
          timeframe: "1m",
          candles: candlesOf(line(...closes.map(at))),
        },
      ],
      ...(way < 0 && { contracts: perpetuals }),
      convention: "next-open",
      accounting,
      startingBalance: 1_000,
      makerBps: feeBps,
      takerBps: feeBps,
      slippage: { model: "none" },
      seed: 1,
    });
  /** `minute quantity price reason` of each fill. */
  const fills = (...told: Parameters<typeof run>) =>
    run(...told)
      .orders.filter(({ filled }) => filled > 0)
      .map(({ closedAt, filled, averagePrice, reason }) =>
        [
          Math.ceil((closedAt - START) / MINUTE),
          Number(filled.toFixed(4)),
          Number(at(averagePrice).toFixed(4)),
          reason,
        ].join(" "),
      );
  const hold = wishes({ 0: way * 0.5 });
  const ladder = [
    { profit: 0.02, close: 50 },
    { profit: 0.04, close: 30 },
    { profit: 0.06, close: 20 },
  ];

  it("takes 50, 30 and 20 % at their prices: 17 to the cent", () => {
    const closes = [100, 100, 101, 103, 104.5, 105, 107, 103, 100];
    expect(fills(closes, { takeProfit: ladder }, hold)).toEqual([
      "1 5 100 in",
      "4 2.5 102 take-profit",
      "5 1.5 104 take-profit",
      "7 1 106 take-profit",
    ]);
    // 2.5 * 2 + 1.5 * 4 + 1 * 6
    expect(run(closes, { takeProfit: ladder }, hold).equity.value.at(-1)).toBeCloseTo(1_017, 8);
  });

  it("takes multiples of what was risked, and all at once where the price jumps", () => {
    const r = {
      stoploss: -0.03,
      takeProfit: [
        { r: 1, close: 50 },
        { r: 2, close: 50 },
      ],
    };
    expect(fills([100, 100, 104, 107, 100], r, hold)).toEqual([
      "1 5 100 in",
      "3 2.5 103 take-profit",
      "4 2.5 106 take-profit",
    ]);
  });

  it("moves the stop to the entry with its fees once a rung was reached", () => {
    const plan = { stoploss: -0.05, takeProfit: ladder.slice(0, 1), breakEven: { after: 1 } };
    expect(fills([100, 100, 103, 103, 101, 98, 97], plan, hold)).toEqual([
      "1 5 100 in",
      "3 2.5 102 take-profit",
      "6 2.5 100 break-even",
    ]);
    // What the second half leaves: sold at 100 * 1.001 / 0.999 it pays both of its fees.
    const [, , last] = run([100, 100, 103.5, 103.5, 101, 98, 97], plan, hold, 10).orders.filter(
      ({ filled, reason }) => filled > 0 && reason !== "",
    );
    expect(last!.reason).toBe("break-even");
    expect(last!.averagePrice).toBeCloseTo(way > 0 ? (100 * 1.001) / 0.999 : (100 * 0.999) / 1.001, 1);
    const byProfit = { breakEven: { profit: 0.01 } };
    expect(fills([100, 100, 101, 101, 99, 98], byProfit, hold)).toEqual(["1 5 100 in", "5 5 100 break-even"]);
  });

  it("ends at the first of three barriers, and says which", () => {
    const plan = { stoploss: -0.05, takeProfit: [{ profit: 0.05, close: 100 }], timeLimit: 4 };
    expect(fills([100, 100, 97, 94, 100, 100, 100, 100], plan, hold).slice(1)).toEqual(["4 5 95 stop_loss"]);
    expect(fills([100, 100, 103, 106, 100, 100, 100, 100], plan, hold).slice(1)).toEqual([
      "4 5 105 take-profit",
    ]);
    // Opened as minute 1 begins: four minutes later, as minute 5 begins.
    expect(fills([100, 100, 103, 101, 102, 102, 102, 102], plan, hold).slice(1)).toEqual([
      "5 5 102 time-limit",
    ]);
  });

  it("is not bought again by the wish that was overruled, nor by the same one told again, but by a new one", () => {
    const again = wishes({ 0: way * 0.5, 3: way * 0.5, 6: way * 0.2 });
    const plan = { takeProfit: [{ profit: 0.02, close: 50 }] };
    // Equity 1010 at 102. Half of what is wished is left: 0.2 becomes 0.1 of it.
    const sold = (2.5 - (0.1 * 1_010) / at(102)).toFixed(4);
    expect(fills([100, 100, 103, 102, 102, 102, 102, 102, 102], plan, again)).toEqual([
      "1 5 100 in",
      "3 2.5 102 take-profit",
      `7 ${sold} 102 in`,
    ]);
  });

  const pyramid = { adds: 2, spacing: 0.015, ratio: 0.5 };
  const seven = wishes({ 0: way * 0.7 });

  it("builds a position in parts as the price goes its way, and keeps the stop at the average", () => {
    const closes = [100, 100, 102, 102, 104, 104, 102, 100, 98];
    const orders = fills(closes, { pyramid }, seven);
    // Equity E at price p: 0.4, 0.2 and 0.1 of it: 0.2 * (1000 + 4 * 2) / 102 for a long.
    const first = 4;
    const second = (0.2 * (1_000 + 4 * 2)) / at(102);
    // The third is a tenth too, or what is left of the wish where a long has grown with the price.
    const equity = 1_000 + 4 * 4 + second * 2;
    const third = Math.min(0.1 * equity, 0.7 * equity - (first + second) * at(104)) / at(104);
    const average = (first * 100 + second * 102 + third * 104) / (first + second + third);
    const four = (x: number): number => Number(x.toFixed(4));
    expect(orders).toEqual([
      "1 4 100 in",
      `3 ${four(second)} 102 in, add`,
      `5 ${four(third)} 104 in, add`,
      expect.stringContaining("average-stop") as string,
    ]);
    const [, quantity, price] = orders[3]!.split(" ");
    expect(Number(quantity)).toBeCloseTo(first + second + third, 3);
    expect(Number(price)).toBeCloseTo(average, 1);
  });

  it("keeps the first stop where that is asked for, and adds nothing once something was taken", () => {
    const keep = { stoploss: -0.05, pyramid: { ...pyramid, stop: "keep" } };
    expect(fills([100, 100, 102, 102, 98, 94, 94], keep, seven).at(-1)).toMatch(/ 95 stop_loss$/);
    const taken = { pyramid, takeProfit: [{ profit: 0.01, close: 10 }] };
    expect(fills([100, 100, 102, 102, 104, 104], taken, seven)).toEqual([
      "1 4 100 in",
      "3 0.4 101 take-profit",
    ]);
  });

  it("scales the sizes of trades by those before, between its bounds", () => {
    // Each trade loses 2 %: after two of them the factor falls by 0.25 a trade, to 0.5.
    const closes = Array.from({ length: 24 }, (_, k) => (k % 4 < 2 ? 100 : 98));
    const script: Script = {
      onCandle: ({ k }, desk) => {
        if (k % 4 === 0) desk.aim(0, way * 0.5, "in");
        if (k % 4 === 2) desk.aim(0, 0, "out");
      },
    };
    const plan = { scaling: { trades: 2, least: 0.5, most: 1, step: 0.25, band: 0.01 } };
    const entries = run(closes, plan, script).orders.filter(({ reason }) => reason.startsWith("in"));
    expect(entries.map(({ reason }) => reason)).toEqual([
      ...["in", "in", "in, scaled 0.75", "in, scaled 0.5", "in, scaled 0.5", "in, scaled 0.5"],
    ]);
  });
});
