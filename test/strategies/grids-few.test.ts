/** Grids of which few orders rest at a time: those nearest to the price, with the profit of all where no candle goes further. */
import { describe, expect, it } from "vitest";
import type { Desk, Strategy } from "../../domain/strategy/strategy.ts";
import { grid } from "../../strategies/grid.ts";
import { candlesOf, perpetuals, runOn, walk } from "./markets.ts";

const params = { lower: 95, upper: 105, cells: 20, minProfitBps: 0 };
const settings = { contracts: perpetuals, makerBps: 0, takerBps: 0 };
/** Less than half a cell a minute. */
const slow = [
  ...[100, 100, 100],
  ...Array.from({ length: 1_000 }, (_, k) => 100 + 4.6 * Math.sin((2 * Math.PI * k) / 240)),
];

/** The grid, and the most orders of a side that stood before any candle. */
const watched = () => {
  const most = { buy: 0, sell: 0 };
  const look = (desk: Desk): void => {
    const count = { buy: 0, sell: 0 };
    for (const { side } of desk.orders()) count[side] += 1;
    most.buy = Math.max(most.buy, count.buy);
    most.sell = Math.max(most.sell, count.sell);
  };
  const strategy: Strategy = {
    ...(grid as Strategy),
    start: (genome, market) => {
      const trader = grid.start(genome as never, market);
      const onCandle = trader.onCandle.bind(trader);
      return Object.assign(trader, {
        onCandle: (...[candle, i, timeframe, desk]: Parameters<typeof onCandle>) => {
          look(desk);
          onCandle(candle, i, timeframe, desk);
        },
      });
    },
  };
  return { strategy, most };
};

describe.each(["long", "neutral", "short"])("a %s grid with two orders a side", (mode) => {
  it.each(["arithmetic", "geometric"])("earns what all of them earn on a slow sine, %s", (spacing) => {
    const run = (openOrders: number) => {
      const { strategy, most } = watched();
      const { equity, refusals } = runOn(
        strategy,
        { ...params, mode, spacing, openOrders },
        { ...settings, tables: [candlesOf(slow)] },
      );
      return { worth: equity.value.at(-1)!, most, refusals };
    };
    const [few, all] = [run(2), run(0)];
    expect(few.worth).toBeCloseTo(all.worth, 6);
    expect(Math.abs(all.worth - 1_000)).toBeGreaterThan(5);
    // One that stood already may be the third.
    expect(few.most.buy).toBeLessThanOrEqual(3);
    expect(few.most.sell).toBeLessThanOrEqual(3);
    expect(all.most.buy + all.most.sell).toBeGreaterThan(15);
    expect(few.refusals).toEqual({});
  });

  it("keeps to them in a market that jumps", () => {
    const { strategy, most } = watched();
    const { equity } = runOn(
      strategy,
      { ...params, mode, openOrders: 1 },
      { ...settings, tables: [candlesOf(walk("few", 2_000), 0.004)] },
    );
    expect(Math.max(most.buy, most.sell)).toBeLessThanOrEqual(2);
    for (const value of equity.value) expect(value).toBeGreaterThan(0);
  });
});
