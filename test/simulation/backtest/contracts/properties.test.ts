/** What must hold of any backtest of contracts: equity adds up, exact and float agree, leverage 1 and long only is spot, nothing turns over. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../../seed.ts";
import { Chance } from "../../../../domain/values/chance.ts";
import type { BacktestResult } from "../../../../simulation/backtest/backtest.ts";
import { accountings, fillConventions } from "../../../../simulation/backtest/settings.ts";
import { marginModes } from "../../../../simulation/backtest/contracts/terms.ts";
import { run, type Script } from "../scripted.ts";
import { perpetual } from "./perpetual.ts";
import { aiming, walk } from "./walks.ts";

/** Orders of every kind on both sides, and stops. */
const restless = (seed: number): Script => ({
  onCandle: ({ k, i, candle: { close } }, desk) => {
    const chance = new Chance(seed).fork(`${k}`);
    const what = chance.integer(7);
    const buys = chance.next() < 0.5;
    const away = buys ? 0.99 : 1.01;
    if (what === 0) desk.aim(i, 4 * chance.next() - 2, "in");
    if (what === 1) desk.aim(i, 0, "out");
    if (what === 2) desk.protect(i, close * (desk.position(i) < 0 ? 1.02 : 0.98));
    const side = buys ? "buy" : "sell";
    if (what === 3 || what === 4)
      desk.place({ i, side, type: "limit", quantity: 1 + 5 * chance.next(), price: close * away }, `l${k}`);
    if (what === 5) for (const { tag } of desk.orders()) desk.cancel(tag);
    if (what === 6)
      desk.place({ i, side, type: "stop-market", quantity: 2, stopPrice: close / away }, `s${k}`);
  },
});

const adds = ({ equity, trades }: BacktestResult): void => {
  const sum = trades.reduce((all, { profit }) => all + profit, 0);
  expect(equity.value.at(-1)! - 1_000).toBeCloseTo(sum, 5);
};

const seeds = fc.integer({ min: 1, max: 1_000_000 });
const terms = { leverage: 4, funding: { rate: 0.0003 }, borrowRate: 0.05 } as const;

describe("any backtest of contracts", () => {
  // Of fixed seeds, so that some are surely liquidated.
  it.each(accountings)(
    "profits sum to the change of equity, and twice the same is the same: %s",
    (accounting) => {
      let liquidated = 0;
      for (const [seed, convention] of fillConventions.entries())
        for (const marginMode of marginModes) {
          const of = (): BacktestResult =>
            perpetual(
              [walk(seed, 50), walk(seed + 9, 50)],
              restless(seed),
              { ...terms, leverage: 20, marginMode },
              { accounting, convention, takerBps: 5, makerBps: 2 },
            );
          const ran = of();
          adds(ran);
          expect(of().trades).toEqual(ran.trades);
          liquidated += ran.trades.filter(({ exitReason }) => exitReason === "liquidation").length;
        }
      expect(liquidated).toBeGreaterThan(0);
    },
  );

  it("of aims exact and float differ by rounding only", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...fillConventions), (seed, convention) => {
        const rows = [walk(seed, 100)];
        const [exact, float] = accountings.map((accounting) =>
          perpetual(rows, aiming(seed, -3, 3), terms, { accounting, convention, takerBps: 5 }),
        ) as [BacktestResult, BacktestResult];
        expect(float.orders.map(({ side, tag }) => `${side} ${tag}`)).toEqual(
          exact.orders.map(({ side, tag }) => `${side} ${tag}`),
        );
        expect(float.equity.value.at(-1)! / exact.equity.value.at(-1)!).toBeCloseTo(1, 3);
      }),
      { numRuns: 8 },
    );
  });

  it("once its margin and long only, a contract is spot", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...accountings), (seed, accounting) => {
        const rows = walk(seed, 100);
        const settings = { accounting, takerBps: 5 } as const;
        const contract = perpetual([rows], aiming(seed, 0.1, 0.9), {}, settings);
        const spot = run(rows, aiming(seed, 0.1, 0.9), settings);
        expect(contract.orders.map(({ quantity, averagePrice }) => [quantity, averagePrice])).toEqual(
          spot.orders.map(({ quantity, averagePrice }) => [quantity, averagePrice]),
        );
        expect([...contract.equity.value]).toEqual([...spot.equity.value]);
      }),
      { numRuns: 6 },
    );
  });

  it("no trade loses more than its margin, its fees and its carry", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(...accountings), (seed, accounting) => {
        const { trades } = perpetual(
          [walk(seed, 150)],
          aiming(seed, -8, 8),
          { ...terms, leverage: 10 },
          { accounting, takerBps: 5 },
        );
        for (const { profit, fees, carry = 0, openPrice, quantity } of trades)
          expect(profit + fees - carry).toBeGreaterThan((-openPrice * quantity) / 10 - 0.1);
      }),
      { numRuns: 6 },
    );
  });
});
