/** Hedge mode in backtests, both accountings: two legs of one contract at once, by hand, and as domain/positions/hedge.ts reckons them. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../../seed.ts";
import { hedgedTrade, UNHEDGED } from "../../../../domain/positions/hedge.ts";
import { Chance } from "../../../../domain/values/chance.ts";
import { fromFloat, toFloat, type Price, type Quantity } from "../../../../domain/values/values.ts";
import { accountings } from "../../../../simulation/backtest/settings.ts";
import { LINEAR } from "../../../domain/positions/words.ts";
import { MINUTE, START, type Script } from "../scripted.ts";
import { hedged, LEGS, LONG, SHORT, wishes, type Wish } from "./legs.ts";
import { flat } from "./perpetual.ts";

describe.each(accountings)("%s accounting", (accounting) => {
  it("a long and a short stand beside one another, each with its own profit", () => {
    // 5 long and 3 short from 100: at 110 +50 -30; the long is closed there, the short is 3 * 20 under water at 120.
    const { trades, equity, refusals } = hedged(
      flat(100, 100, 110, 110, 120),
      wishes([1, LONG, "buy", 5], [1, SHORT, "sell", 3], [3, LONG, "sell", 5]),
      {},
      { accounting },
    );
    expect(refusals).toEqual({});
    expect(trades.map(({ pair, side, quantity, profit }) => [pair, side, quantity, profit])).toEqual([
      [LEGS[0], "long", 5, 50],
      [LEGS[1], "short", 3, -60],
    ]);
    expect([...equity.value]).toEqual([1_000, 1_000, 1_020, 1_020, 990]);
  });

  it("against its leg an order only closes: what is more than the leg holds is refused, and nothing turns over", () => {
    const { orders, refusals } = hedged(
      flat(100, 100, 100, 100, 100, 100),
      wishes(
        ...([
          [1, LONG, "sell", 1],
          [1, SHORT, "buy", 1],
          [2, LONG, "buy", 2],
          [2, SHORT, "sell", 2],
          [4, LONG, "sell", 3],
          [4, SHORT, "buy", 1.5],
          [5, SHORT, "buy", 1],
        ] as const),
      ),
      {},
      { accounting },
    );
    expect(refusals).toEqual({ "reduce-only": 4 });
    expect(orders.map(({ pair, side, filled }) => [LEGS.indexOf(pair as never), side, filled])).toEqual([
      [LONG, "buy", 2],
      [SHORT, "sell", 2],
      [SHORT, "buy", 1.5],
    ]);
  });

  it("an aim for the other side brings a leg to flat, and is refused beyond", () => {
    const { orders, refusals } = hedged(
      flat(100, 100, 100, 100, 100),
      wishes([1, LONG, "aim", 0.3], [1, SHORT, "aim", 0.2], [3, LONG, "aim", -0.5]),
      {},
      { accounting },
    );
    expect(refusals).toEqual({ "reduce-only": 2 });
    expect(orders.map(({ side, quantity }) => [side, quantity])).toEqual([
      ["buy", 3],
      ["sell", 3],
    ]);
  });

  it("each leg pays or receives its own funding", () => {
    const HOUR = 60 * MINUTE;
    const script: Script = {
      timeframes: ["1h"],
      onCandle: ({ at, i }, desk) => {
        if (at === START + HOUR) desk.aim(i, i === LONG ? 0.5 : -0.3, "in");
      },
    };
    const { trades } = hedged(
      flat(...Array.from({ length: 10 }, () => 100)),
      script,
      { funding: { rate: 0.001 } },
      { accounting },
      HOUR,
    );
    expect(trades.map(({ side, carry }) => [side, carry])).toEqual([
      ["long", -0.5],
      ["short", expect.closeTo(0.3, 9)],
    ]);
  });

  it("liquidates one leg at its own margin, and the other stays", () => {
    // Ten times, maintenance 1 %: 5 from 100 with 50 behind them end at (50 - 500) / (5 * 0.01 - 5) = 90.91.
    const { trades } = hedged(
      [...flat(100, 100), [100, 100, 90, 92], ...flat(92)],
      wishes([1, LONG, "buy", 5], [1, SHORT, "sell", 5]),
      { leverage: 10 },
      { accounting },
    );
    expect(trades.map(({ side, exitReason, closePrice }) => [side, exitReason, closePrice])).toEqual([
      ["long", "liquidation", expect.closeTo(450 / 4.95, 1)],
      ["short", "force_exit", 92],
    ]);
  });

  it("a stop for each leg, on its own side", () => {
    const { trades } = hedged(
      [...flat(100, 100), [100, 106, 94, 100], ...flat(100)],
      {
        onCandle: ({ at, i }, desk) => {
          if (at !== START + MINUTE) return;
          desk.aim(i, i === LONG ? 0.2 : -0.2, "in");
          desk.protect(i, i === LONG ? 95 : 105);
        },
      },
      {},
      { accounting },
    );
    expect(trades.map(({ side, closePrice, profit }) => [side, closePrice, profit])).toEqual([
      ["long", 95, -10],
      ["short", 105, -10],
    ]);
  });

  it("legs and profits are those of domain/positions/hedge.ts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const chance = new Chance(seed);
        const prices = Array.from({ length: 30 }, () => 80 + chance.integer(40));
        const all = prices.map((_, k): Wish => [
          k + 1,
          chance.integer(2),
          chance.next() < 0.5 ? "buy" : "sell",
          1 + chance.integer(4),
        ]);
        const { equity, trades } = hedged(
          flat(...prices),
          wishes(...all),
          {},
          { accounting, startingBalance: 1e6 },
        );
        let legs = UNHEDGED;
        let realised = 0;
        // Filled at the next open, which is the next price; the last one meets none.
        for (const [k, [, leg, side, amount]] of all.slice(0, -1).entries()) {
          const done = hedgedTrade(LINEAR, legs, {
            leg: leg === LONG ? "long" : "short",
            side: side as "buy" | "sell",
            quantity: fromFloat(amount) as Quantity,
            price: fromFloat(prices[k + 1]!) as Price,
          });
          if (done === undefined) continue;
          ({ legs } = done);
          realised += toFloat(done.realised);
        }
        const last = prices.at(-1)!;
        const open = [legs.long, legs.short].map(
          ({ quantity, cost }) => toFloat(quantity) * last - toFloat(cost),
        );
        expect(equity.value.at(-1)! - 1e6).toBeCloseTo(realised + open[0]! + open[1]!, 5);
        const held = trades.filter(({ exitReason }) => exitReason === "force_exit").map(({ side }) => side);
        expect(held.sort()).toEqual(
          [legs.long.quantity > 0n ? "long" : "", legs.short.quantity < 0n ? "short" : ""]
            .filter(Boolean)
            .sort(),
        );
      }),
      { numRuns: 10 },
    );
  });
});

it("says so", () => {
  expect(hedged(flat(100, 100), {}).conventions["positions"]).toContain("hedge mode");
});
