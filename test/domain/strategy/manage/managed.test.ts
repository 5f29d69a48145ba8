/** A manager without an engine: parts of fills, restarts, memory that was lost, plans that change, stops of the strategy's own. */
import { describe, expect, it } from "vitest";
import { TraderDesk } from "../../../../domain/strategy/desk.ts";
import { managedBy } from "../../../../domain/strategy/manage/managed.ts";
import { readPlan, type WrittenPlan } from "../../../../domain/strategy/manage/read-plan.ts";
import type { OrderUpdate, Saved, Strategy, Trader } from "../../../../domain/strategy/strategy.ts";
import { timestamp } from "../../../../domain/values/values.ts";
import { instrument } from "../../../simulation/backtest/scripted.ts";
import { candleAt } from "../../../strategies/trading.ts";

describe("a manager", () => {
  const wishes = { at: 1, exposure: 0.5 };
  const rule: Strategy = {
    name: "rule",
    about: "For tests.",
    genes: {},
    needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
    start: () => {
      let told = 0;
      return {
        onCandle: (_, i, __, desk) => {
          told += 1;
          if (told === wishes.at) desk.aim(i, wishes.exposure, "in");
        },
        save: () => ({ told }),
        load: (saved) => (told = saved["told"] as number),
      };
    },
  };
  const start = (plan: WrittenPlan): Trader =>
    managedBy(rule, readPlan(plan, "manage")).start({}, [instrument()]);
  const deskOf = (held: number): TraderDesk => {
    const desk = new TraderDesk(1);
    desk.now = timestamp(1_600_000_000_000);
    desk.positions[0] = held;
    return desk;
  };
  const fill = (filled: number, price: number, tag = "aim"): OrderUpdate => ({
    ...({ i: 0, status: "partial", filled, price } as const),
    tag,
    side: tag === "aim" ? "buy" : "sell",
  });

  it("sets stop and targets anew from the average with each part of the entry, and follows what the targets sell", () => {
    const trader = start({
      stoploss: -0.1,
      takeProfit: [
        { profit: 0.1, close: 50 },
        { profit: 0.2, close: 50 },
      ],
      breakEven: { after: 1 },
    });
    const desk = deskOf(1);
    trader.onOrder!(fill(1, 100), desk);
    expect(desk.take()).toMatchObject([{ stopPrice: 90, targets: [{ part: 0.5 }, { part: 1 }] }]);
    trader.onOrder!(fill(2, 110), desk);
    // The average of 100 and 110: 105 * 0.9, 105 * 1.1, 105 * 1.2.
    expect(desk.take()).toMatchObject([
      {
        stopPrice: expect.closeTo(94.5, 9) as number,
        targets: [115.5, 126].map((price) => ({ price: expect.closeTo(price, 9) as number })),
      },
    ]);
    // A part of the first rung's sale: it was reached, and the stop is at the entry.
    desk.positions[0] = 1.5;
    trader.onOrder!(fill(0.5, 115.5, "target"), desk);
    expect(desk.take()).toMatchObject([{ stopPrice: 105, reason: "break-even", targets: [{ part: 1 }] }]);
    const again = start({
      stoploss: -0.1,
      takeProfit: [{ profit: 0.1, close: 50 }],
      breakEven: { after: 1 },
    });
    again.load(JSON.parse(JSON.stringify(trader.save())) as Saved);
    again.onOrder!(fill(1, 115.5, "target"), desk);
    expect(again.save()).toMatchObject({
      lanes: [{ quantity: 1, left: 0.5, guard: { stop: 105, moved: true } }],
    });
  });

  it("takes up a position that it knows nothing of, at the price of the moment, and gives up one that is gone", () => {
    const trader = start({ stoploss: -0.1 });
    const desk = deskOf(2);
    trader.onCandle(candleAt(0, 50), 0, "1m", desk);
    expect(desk.take()).toMatchObject([
      { type: "aim" },
      { type: "protect", stopPrice: 45, reason: "stop_loss" },
    ]);
    desk.positions[0] = 0;
    trader.onCandle(candleAt(1, 50), 0, "1m", desk);
    expect(trader.save()).toMatchObject({ lanes: [{ quantity: 0, wish: null }], counts: { adopted: 2 } });
  });

  it("lets go of a rest too small for the venue, so that it asks for no exit of it again and again", () => {
    const of = { ...instrument(), notionalMin: (5n * 10n ** 18n) as never };
    const trader = managedBy(rule, readPlan({ timeLimit: 1 }, "manage")).start({}, [of]);
    const desk = deskOf(1);
    trader.onOrder!(fill(1, 100), desk);
    desk.positions[0] = 0.04;
    trader.onOrder!(fill(0.96, 100, "protection"), desk);
    expect(desk.take()).toMatchObject([{ type: "aim", exposure: 0, reason: "stop_loss" }]);
    desk.now = timestamp(desk.now + 3_600_000);
    trader.onCandle({ ...candleAt(9, 100), openAt: desk.now }, 0, "1m", desk);
    expect(desk.take().filter((ask) => ask.type === "aim" && ask.reason === "time-limit")).toEqual([]);
    expect(trader.save()).toMatchObject({ lanes: [{ quantity: 0 }] });
  });

  it("goes on with another plan, and with averages of another length anew", () => {
    const trader = start({ rangeStop: "atr:2:3" });
    const desk = deskOf(1);
    for (let k = 0; k < 5; k += 1)
      trader.onCandle({ ...candleAt(k, 100), high: 101, low: 99 }, 0, "1m", desk);
    expect(trader.save()).toMatchObject({ lanes: [{ guard: { stop: 97 } }] });
    const other = start({ rangeStop: "atr:2:4", timeLimit: 5 });
    other.load(JSON.parse(JSON.stringify(trader.save())) as Saved);
    expect(other.save()).toMatchObject({
      lanes: [{ quantity: 1, guard: { stop: 97 }, range: { level: "NaN", range: { value: "NaN" } } }],
    });
  });

  it("joins its stop with one of the strategy's own, and counts what was done", () => {
    const own: Strategy = {
      ...rule,
      start: () => ({
        onCandle: (candle, i, _, desk) => desk.protect(i, candle.close - 2, "own"),
        save: () => ({}),
        load: () => undefined,
      }),
    };
    const trader = managedBy(own, readPlan({ stoploss: -0.1 }, "manage")).start({}, [instrument()]);
    const desk = deskOf(1);
    trader.onOrder!(fill(1, 100), desk);
    trader.onCandle(candleAt(0, 100), 0, "1m", desk);
    expect(desk.take()).toMatchObject([{ stopPrice: 98, reason: "own" }]);
    trader.onCandle(candleAt(1, 85), 0, "1m", desk);
    expect(desk.take()).toMatchObject([{ stopPrice: 90, reason: "stop_loss" }]);
    desk.positions[0] = 0;
    trader.onOrder!(fill(1, 90, "protection"), desk);
    expect(desk.take()).toMatchObject([{ type: "aim", exposure: 0, reason: "stop_loss" }]);
    expect(trader.report!()).toEqual([{ managed: "stop_loss", times: 1 }]);
  });
});
