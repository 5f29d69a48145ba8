/** What holds of a backtest over a book whatever the market does. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, BOUGHT, SOLD } from "../../../domain/market/book-events.ts";
import { toFloat } from "../../../domain/values/values.ts";
import { canonicalLine } from "../../../simulation/backtest/order-log.ts";
import { quoting } from "./quoting.ts";
import { NONE, place, run, type Row } from "./running.ts";

const step = fc.record({
  wait: fc.constantFrom(0, 0, 1, 5, 40),
  kind: fc.constantFrom(BID_LEVEL, ASK_LEVEL, BID_LEVEL, ASK_LEVEL, BOUGHT, SOLD),
  away: fc.integer({ min: 0, max: 5 }),
  lots: fc.integer({ min: 0, max: 30 }),
  drift: fc.integer({ min: -1, max: 1 }),
});

/** A market that moves between 950 and 1,050 and never crosses. */
const marketOf = (
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
): readonly Row[] => {
  let [at, middle] = [1_000, 1_000];
  const rows: Row[] = [
    [at, BID_LEVEL, 940, 50],
    [at, ASK_LEVEL, 1_060, 50],
    [at, BID_LEVEL, 999, 9],
    [at, ASK_LEVEL, 1_001, 9],
  ];
  for (const { wait, kind, away, lots, drift } of steps) {
    at += wait;
    if (wait > 1) {
      middle = Math.min(1_050, Math.max(950, middle + drift));
      // What the middle runs over is taken away.
      rows.push(
        [at, BID_LEVEL, middle + 1, 0],
        [at, BID_LEVEL, middle, 0],
        [at, ASK_LEVEL, middle - 1, 0],
        [at, ASK_LEVEL, middle, 0],
      );
    }
    const ticks = kind === BID_LEVEL || kind === SOLD ? middle - 1 - away : middle + 1 + away;
    if (kind === BID_LEVEL || kind === ASK_LEVEL) rows.push([at, kind, ticks, lots]);
    else if (lots > 0) rows.push([at, kind, ticks, lots]);
  }
  return rows;
};

describe("whatever the market does", () => {
  const latency = fc.record({
    feedMs: fc.integer({ min: 0, max: 30 }),
    entryMs: fc.integer({ min: 0, max: 30 }),
    answerMs: fc.integer({ min: 0, max: 30 }),
  });
  const queue = fc.constantFrom("risk-averse", "proportional", "power:3", "log");

  it("money and base are kept, makers never get more than was traded, and all is the same once more", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), latency, queue, (steps, late, model) => {
        const rows = marketOf(steps);
        const done = run(rows, quoting(1, 3, 2), late, model);
        const { account, orders } = done;
        let cash = 10_000;
        let lots = 100;
        for (const fill of account.fills) {
          const sign = fill.order.side === "buy" ? 1 : -1;
          cash -= sign * fill.ticks * fill.lots + toFloat(fill.fee);
          lots += sign * fill.lots;
        }
        expect(toFloat(account.cash)).toBeCloseTo(cash, 6);
        expect(account.lots).toBe(lots);
        expect(lots).toBeGreaterThanOrEqual(0);
        for (const order of orders) {
          const filled = account.fills
            .filter((fill) => fill.order === order)
            .reduce((sum, fill) => sum + fill.lots, 0);
          expect(filled).toBe(order.lots - order.remaining);
        }
        const makers = account.fills.filter(({ maker }) => maker);
        for (const at of new Set(makers.map((fill) => fill.at)))
          for (const side of ["buy", "sell"] as const) {
            const printed = rows.filter(
              (row) => row[0] === at && row[1] === (side === "buy" ? SOLD : BOUGHT),
            );
            const ours = makers.filter((fill) => fill.at === at && fill.order.side === side);
            expect(ours.reduce((sum, fill) => sum + fill.lots, 0)).toBeLessThanOrEqual(
              printed.reduce((sum, row) => sum + row[3], 0),
            );
          }
        const again = run(rows, quoting(1, 3, 2), late, model);
        expect(again.orders.map(canonicalLine)).toEqual(orders.map(canonicalLine));
      }),
      { numRuns: 60 },
    );
  });

  it("a longer queue never fills more: risk-averse at most what proportional gives one resting order", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
        const once = place("buy", 998, { timeInForce: "PO", quantity: 6 });
        const filled = (model: string): number => {
          const { account } = run(marketOf(steps), once, NONE, model);
          return account.fills.reduce((sum, { lots }) => sum + lots, 0);
        };
        expect(filled("risk-averse")).toBeLessThanOrEqual(filled("proportional"));
      }),
      { numRuns: 60 },
    );
  });
});
