/** Market makers of contracts, which go short as they go long: a round in closed form, mirror images, any genome within its share. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import { accountings } from "../../simulation/backtest/settings.ts";
import { avellanedaStoikov } from "../../strategies/avellaneda-stoikov.ts";
import { marketMaker } from "../../strategies/market-maker.ts";
import { anyParams, candlesOf, perpetuals, runOn, walk, withoutJumps } from "./markets.ts";

const contracts = { contracts: perpetuals };
const flat = { spreadBps: 100, skew: 0, size: 0.1, target: 0, exposure: 0.9, toleranceBps: 10 };

/** The largest position of either side, in base units, from the fills. */
const extremes = (orders: ReturnType<typeof runOn>["orders"]) => {
  let [held, least, most] = [0, 0, 0];
  const fills = orders.filter(({ filled }) => filled > 0).sort((a, b) => a.closedAt - b.closedAt);
  for (const { side, filled } of fills) {
    held += side === "buy" ? filled : -filled;
    least = Math.min(least, held);
    most = Math.max(most, held);
  }
  return { held, least, most };
};

describe.each(accountings)("a market maker of contracts, %s", (accounting) => {
  it("sells first where the price rises first, and earns its spread", () => {
    // Half of 1 % about 100: sold at 100.5 with the candle that closes at 101; after the pause about 101, bought back at 100.495.
    const { trades, orders, refusals } = runOn(
      marketMaker,
      { ...flat, fillDelayMs: 30_000 },
      {
        ...{ tables: [candlesOf([100, 100, 101, 101, 100, 100])], ...contracts, accounting },
      },
    );
    expect(trades[0]!.side).toBe("short");
    const fills = orders
      .filter(({ filled }) => filled > 0)
      .map(({ side, averagePrice }) => [side, averagePrice.toFixed(6)]);
    expect(fills).toEqual([
      ["sell", "100.500000"],
      ["buy", "100.495000"],
    ]);
    expect(refusals).toEqual({});
  });

  it.each([marketMaker, avellanedaStoikov] as const)(
    "any genome keeps to its share on both sides: $name",
    (strategy) => {
      const any = fc.record({
        genome: anyParams(strategy as Strategy),
        seed: fc.integer({ min: 0, max: 1_000 }),
      });
      fc.assert(
        fc.property(any, ({ genome, seed }) => {
          const params: Params = { ...genome, target: 0 };
          const tables = [0, 1].map((i) => candlesOf(walk(`${seed} ${i}`, 100), 0.001));
          const result = runOn(strategy, params, {
            ...{ tables, ...contracts, accounting },
            makerBps: 2,
            takerBps: 5,
          });
          // Where the price runs against a short, its margin and loss take the money of what was yet to be opened.
          const { capital = 0, ...others } = withoutJumps(result.refusals);
          expect(others).toEqual({});
          expect(capital).toBeLessThanOrEqual(result.orders.length / 50);
          for (const value of result.equity.value) expect(value).toBeGreaterThan(0);
        }),
        { numRuns: 30 },
      );
    },
  );

  it("holds no more than its share to either side when the price runs", () => {
    for (const way of [0.998, 1.002]) {
      const closes = Array.from({ length: 200 }, (_, k) => 100 * way ** k);
      const { orders } = runOn(
        marketMaker,
        { ...flat, spreadBps: 30, exposure: 0.5 },
        { tables: [candlesOf(closes)], ...contracts, accounting },
      );
      const { least, most } = extremes(orders);
      if (way < 1) expect(most).toBeGreaterThan(4);
      else expect(least).toBeLessThan(-3);
      expect(Math.max(most * (way < 1 ? 100 : 0), -least * 100)).toBeLessThan(560);
    }
  });
});
