/** What must hold of every backtest: no look-ahead, the same twice, equity that adds up, exact and float alike. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { canonicalLine } from "../../../simulation/backtest/order-log.ts";
import { fillConventions, type BacktestOrder } from "../../../simulation/backtest/settings.ts";
import { restless, walk } from "./restless.ts";
import { MINUTE, run, START, type Script } from "./scripted.ts";

/** Aims, as most strategies have them. */
const aiming = (seed: number): Script => ({
  onCandle: ({ k, i }, desk) => {
    const chance = new Chance(seed).fork(`${k}`);
    const what = chance.integer(4);
    if (what === 0) desk.aim(i, 0.1 + 0.4 * chance.next(), "in");
    if (what === 1) desk.aim(i, 0, "out");
  },
});

const settings = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  convention: fc.constantFrom(...fillConventions),
  accounting: fc.constantFrom("exact" as const, "float" as const),
});
const fees = { makerBps: 5, takerBps: 10, slippage: { model: "square-root", factor: 0.5 } } as const;

const known = (orders: readonly BacktestOrder[], before: number): readonly string[] =>
  orders
    .filter(({ at }) => at < before)
    .map((order) =>
      order.closedAt > 0 && order.closedAt < before
        ? canonicalLine(order)
        : [order.at, order.pair, order.side, order.type, order.quantity, order.price, order.stopPrice].join(
            " ",
          ),
    );

describe("properties", () => {
  it("what comes later changes nothing of what was decided and filled before", () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 5, max: 75 }), ({ seed, ...over }, k) => {
        const rows = [walk(seed, 80), walk(seed + 1, 80)];
        const others = [walk(seed + 2, 80), walk(seed + 3, 80)];
        const mixed = rows.map((each, i) => [...each.slice(0, k), ...others[i]!.slice(k)]);
        const [one, two] = [rows, mixed].map((each) => run(each, restless(seed), { ...over, ...fees }));
        const before = START + k * MINUTE;
        expect(known(two!.orders, before)).toEqual(known(one!.orders, before));
        const points = one!.equity.at.filter((at) => at <= before).length;
        expect([...two!.equity.value.subarray(0, points)]).toEqual([
          ...one!.equity.value.subarray(0, points),
        ]);
      }),
      { numRuns: 12 },
    );
  });

  it("twice the same", () => {
    fc.assert(
      fc.property(settings, ({ seed, ...over }) => {
        const [one, two] = [1, 2].map(() =>
          run([walk(seed, 60), walk(seed + 1, 60)], restless(seed), { ...over, ...fees }),
        );
        expect(two!.orders.map(canonicalLine)).toEqual(one!.orders.map(canonicalLine));
        expect(two!.trades).toEqual(one!.trades);
      }),
      { numRuns: 8 },
    );
  });

  it("equity is the start and the profit of all trades at every close, open ones at their last price", () => {
    fc.assert(
      fc.property(settings, ({ seed, ...over }) => {
        const rows = [walk(seed, 40), walk(seed + 1, 40)];
        const whole = run(rows, restless(seed), { ...over, ...fees });
        whole.equity.at.forEach((to, k) => {
          const part = run(rows, restless(seed), { ...over, ...fees, to: to as Timestamp });
          const profit = part.trades.reduce((sum, trade) => sum + trade.profit, 0);
          expect(part.equity.value.at(-1)).toBeCloseTo(1_000 + profit, 6);
          expect(part.equity.value.at(-1)).toBe(whole.equity.value[k]);
        });
      }),
      { numRuns: 4 },
    );
  });

  it("exact and float accounting of aims differ by rounding only", () => {
    fc.assert(
      fc.property(settings, ({ seed, convention }) => {
        const rows = [walk(seed, 80), walk(seed + 1, 80)];
        const [exact, float] = (["exact", "float"] as const).map((accounting) =>
          run(rows, aiming(seed), { convention, accounting, makerBps: 5, takerBps: 10 }, "0.00000001"),
        );
        // What the lot cuts off may be sold.
        const filled = (orders: readonly BacktestOrder[]) =>
          orders
            .filter(({ status, quantity }) => status === "filled" && quantity > 1e-6)
            .map(({ at, side, closedAt }) => [at, side, closedAt]);
        expect(filled(float!.orders)).toEqual(filled(exact!.orders));
        float!.equity.value.forEach((value, k) => expect(value).toBeCloseTo(exact!.equity.value[k]!, 4));
        expect(float!.refusals).toEqual(exact!.refusals);
      }),
      { numRuns: 12 },
    );
  });
});
