/** A backtest over a book as a whole: latencies, takers, refusals, exact money. */
import { describe, expect, it } from "vitest";
import { ASK_LEVEL, BID_LEVEL, BOUGHT, SOLD } from "../../../domain/market/book-events.ts";
import type { Desk, OrderUpdate, Strategy } from "../../../domain/strategy/strategy.ts";
import { format } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { acting, BOOK, NONE, place, run, type Row } from "./running.ts";

describe("a backtest over a book", () => {
  it("a taker walks the book up to its limit, the rest waits; fees are exact", () => {
    const { account, orders } = run(
      [...BOOK, [2_000, BOUGHT, 105, 1], [2_100, SOLD, 102, 1], [2_200, SOLD, 101, 9]],
      place("buy", 102),
    );
    expect(account.fills.map(({ ticks, lots, maker, fee }) => [ticks, lots, maker, format(fee)])).toEqual([
      [101, 4, false, "0.808"],
      [102, 6, false, "1.224"],
      [102, 1, true, "0.102"],
      [102, 1, true, "0.102"],
    ]);
    // 10,000 - 4 * 101 - 8 * 102 - fees
    expect(format(account.cash)).toBe("8777.764");
    expect(account.lots).toBe(112);
    expect(orders[0]).toMatchObject({
      status: "filled",
      filled: 12,
      averagePrice: 1_220 / 12,
      closedAt: 2_200,
    });
  });

  it.each([
    ["IOC", "expired", 10],
    ["FOK", "expired", 0],
    ["PO", "refused", 0],
  ])("%s that would take ten of twelve: %s, %d filled", (timeInForce, status, filled) => {
    const { orders } = run(BOOK, place("buy", 102, { timeInForce }));
    expect(orders[0]).toMatchObject({ status, filled });
  });

  it("what a taker took is gone until the level is told again", () => {
    const twice = acting((desk, nth) => {
      if (nth <= 3) desk.place({ i: 0, side: "buy", type: "market", quantity: 4 }, `m${nth}`);
    });
    const { account } = run(
      [...BOOK, [2_000, BID_LEVEL, 99, 21], [3_000, ASK_LEVEL, 101, 4], [3_000, BID_LEVEL, 99, 22]],
      twice,
    );
    expect(account.fills.map(({ ticks, lots }) => [ticks, lots])).toEqual([
      [101, 4],
      [102, 4],
      [101, 4],
    ]);
  });

  it.each<[string, Strategy, string]>([
    ["more base than there is", place("sell", 105, { quantity: 101 }), "insufficient-balance"],
    ["more quote than there is", place("buy", 95, { quantity: 106 }), "insufficient-balance"],
    ["less than a lot", place("buy", 95, { quantity: 0.5 }), "filter-quantity"],
    ["a price below a tick", place("buy", 0.5), "filter-price"],
  ])("refuses %s", (_what, strategy, reason) => {
    const heard: [number, OrderUpdate][] = [];
    const trader = {
      ...strategy,
      start: (...given: Parameters<Strategy["start"]>) => ({
        ...strategy.start(...given),
        onOrder: (update: OrderUpdate, desk: Desk) => void heard.push([desk.now, update]),
      }),
    };
    expect(run(BOOK, trader).orders[0]!.status).toBe("refused");
    expect(heard.map(([, update]) => update.reason)).toEqual([reason]);
  });

  it("feed, order and answer each come late by their latency", () => {
    const heard: [number, OrderUpdate][] = [];
    const strategy = acting((desk, nth) => {
      if (nth === 1) desk.place({ i: 0, side: "buy", type: "limit", quantity: 2, price: 99 }, "o");
    }, heard);
    const rows: readonly Row[] = [
      ...BOOK,
      // Known at 1,030, placed, at the venue at 1,050: this trade at 1,049 and this level still come before it.
      [1_049, BID_LEVEL, 99, 8],
      [1_049, SOLD, 99, 8],
      [1_060, SOLD, 99, 9],
      [1_070, SOLD, 99, 1],
    ];
    const { orders } = run(rows, strategy, { feedMs: 30, entryMs: 20, answerMs: 7 });
    expect(orders[0]).toMatchObject({ at: 1_030, closedAt: 1_070 });
    expect(heard.map(([at, { status, filled }]) => [at, status, filled])).toEqual([
      [1_057, "open", 0],
      [1_067, "partial", 1],
      [1_077, "partial", 2],
      [1_077, "filled", 2],
    ]);
  });

  it("an aim asks once for what is missing, however often it is told before the answer", () => {
    const strategy = acting((desk) => desk.aim(0, 0.25, "some"));
    const rows: readonly Row[] = [
      ...BOOK,
      [1_001, BID_LEVEL, 99, 21],
      [1_002, BID_LEVEL, 99, 22],
      [1_200, BID_LEVEL, 99, 23],
    ];
    const { orders, account } = run(rows, strategy, { feedMs: 0, entryMs: 50, answerMs: 50 });
    // 100 base and 10,000 quote at 100: a quarter is 50 base. Of the 50 to sell 20 stand at 99 (22 by then), 20 at 98.
    expect(orders.map(({ side, lots, filled, status }) => [side, lots, filled, status])).toEqual([
      ["sell", 50, 42, "expired"],
      ["sell", 8, 8, "filled"],
    ]);
    expect(account.lots).toBe(50);
  });

  it("a cancel that comes too late finds the order filled", () => {
    const strategy = acting((desk, nth) => {
      if (nth === 1) desk.place({ i: 0, side: "sell", type: "limit", quantity: 2, price: 101 }, "o");
      if (nth === 2) desk.cancel("o");
    });
    const rows: readonly Row[] = [...BOOK, [1_100, BID_LEVEL, 99, 5], [1_105, BOUGHT, 101, 6]];
    expect(run(rows, strategy, { feedMs: 0, entryMs: 10, answerMs: 10 }).orders[0]!.status).toBe("filled");
    expect(run(rows, strategy, { feedMs: 0, entryMs: 1, answerMs: 10 }).orders[0]!.status).toBe("cancelled");
  });

  it("timers ring at their time, candles come with the trades", () => {
    const seen: unknown[] = [];
    const strategy: Strategy = {
      ...acting(() => undefined),
      needs: () => ({ timeframes: ["1m"], warmupCandles: 0, trades: true }),
      start: () => ({
        onCandle: ({ open, close, volume }, _i, frame, desk) =>
          void seen.push([desk.now, frame, open, close, volume]),
        onTrade: ({ price }, _i, desk) => {
          seen.push([desk.now, price]);
          if (price === 101) desk.wake((desk.now + 500) as typeof desk.now);
        },
        onTimer: (at, desk) => void seen.push([desk.now, "timer", at]),
        save: () => ({}),
        load: () => undefined,
      }),
    };
    run([...BOOK, [1_100, BOUGHT, 101, 1], [2_000, SOLD, 99, 2], [60_000, BID_LEVEL, 97, 1]], strategy, {
      ...NONE,
      feedMs: 5,
    });
    expect(seen).toEqual([
      [1_105, 101],
      [1_605, "timer", 1_605],
      [2_005, 99],
      [60_005, "1m", 101, 99, 3],
    ]);
  });

  it("a wake for now rings a millisecond later, never for ever", () => {
    let rung = 0;
    const strategy: Strategy = {
      ...acting(() => undefined),
      start: () => ({
        onCandle: () => undefined,
        onQuote: (_quote, _i, desk) => desk.wake(desk.now),
        onTimer: (_at, desk) => {
          rung += 1;
          desk.wake(desk.now);
        },
        save: () => ({}),
        load: () => undefined,
      }),
    };
    run([...BOOK, [1_010, BID_LEVEL, 97, 1]], strategy);
    expect(rung).toBe(10);
  });

  it.each<[string, (desk: Desk) => void, string]>([
    [
      "stop orders",
      (desk) => desk.place({ i: 0, side: "sell", type: "stop-market", quantity: 1, stopPrice: 90 }, "s"),
      "place.type",
    ],
  ])("has no %s, and says so", (_what, act, field) => {
    expect(refused(() => run(BOOK, acting(act)))).toBe(field);
  });
});
