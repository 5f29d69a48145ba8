/** Cancels, protections, answers to fills, refusals, fees, slippage and latency, worked by hand. */
import { describe, expect, it } from "vitest";
import { accountings, type FillConvention } from "../../../simulation/backtest/settings.ts";
import { flat, orderOf, seen } from "./order-cases.ts";
import { MINUTE, run, START } from "./scripted.ts";

describe.each(accountings)("answers, %s", (accounting) => {
  it("cancels an order by its tag", () => {
    const heard: string[] = [];
    const { orders } = run(
      [flat(100), flat(100), flat(100), [100, 100, 90, 95]],
      {
        onCandle: ({ k }, desk) => {
          if (k === 0) desk.place(orderOf({ price: 99 }), "bid");
          if (k === 1) expect([...desk.orders()]).toMatchObject([{ tag: "bid", price: 99, remaining: 1 }]);
          if (k === 2) desk.cancel("bid");
        },
        onOrder: ({ tag, status }) => void heard.push(`${tag} ${status}`),
      },
      { accounting },
    );
    expect(orders.map(seen)).toEqual([["bid", "cancelled", null, 3]]);
    expect(heard).toEqual(["bid approved", "bid open", "bid cancelled"]);
  });

  it("keeps a stop of the size of a protected position from its entry on, and moves it", () => {
    const { orders, trades } = run(
      [flat(100), [100, 102, 99, 101], [101, 103, 100, 102], [102, 102, 97, 98]],
      {
        onCandle: ({ k }, desk) => {
          if (k === 0) {
            desk.aim(0, 0.5, "in");
            desk.protect(0, 98, "stop_loss");
          }
          if (k === 2) desk.protect(0, 99, "trailing");
        },
      },
      { accounting },
    );
    // 5 at 100; the first stop stands from that open on, the second from the third close on, and goes at 99.
    expect(orders.map(seen)).toEqual([
      ["aim", "filled", 100, 1],
      ["protection", "cancelled", null, 3],
      ["protection", "filled", 99, 4],
    ]);
    expect(trades).toMatchObject([
      { tag: "in", exitReason: "trailing", profit: expect.closeTo(-5, 9) as number },
    ]);
  });

  it("a protected position is stopped in the very candle it was entered in", () => {
    const { trades } = run(
      [flat(100), [100, 102, 97, 101], flat(101)],
      {
        onCandle: ({ k }, desk) => {
          if (k > 0) return;
          desk.aim(0, 0.5, "in");
          desk.protect(0, 98, "stop_loss");
        },
      },
      { accounting },
    );
    expect(trades).toMatchObject([{ closePrice: 98, closeAt: START + 2 * MINUTE, exitReason: "stop_loss" }]);
  });

  it("along a path what is sent in answer to a fill arrives at its price", () => {
    const script = (convention: FillConvention) =>
      run(
        [flat(100), [100, 103, 98, 102], flat(102)],
        {
          onCandle: ({ k }, desk) => {
            if (k === 0) desk.place(orderOf({ price: 99 }), "bid");
          },
          onOrder: ({ tag, status }, desk) => {
            if (tag === "bid" && status === "filled")
              desk.place(orderOf({ side: "sell", price: 100.5 }), "ask");
          },
        },
        { accounting, convention },
      ).orders.map(seen);
    // Path 100, 98, 103, 102: bought at 99 on the way down, sold at 100.5 on the way up.
    expect(script("intra-candle")).toEqual([
      ["bid", "filled", 99, 2],
      ["ask", "filled", 100.5, 2],
    ]);
    // Without a path nobody knows: it arrives with the next candle, and takes its open.
    expect(script("next-open")).toEqual([
      ["bid", "filled", 99, 2],
      ["ask", "filled", 102, 2],
    ]);
  });

  it("an order in the way of an aim is waited for", () => {
    const { orders, trades } = run(
      [flat(100), undefined, undefined, flat(100), flat(110), flat(110)],
      {
        onCandle: ({ k }, desk) => {
          if (k === 0) desk.aim(0, 0.5, "in");
          if (k === 1) desk.aim(0, 0, "out");
        },
      },
      { accounting },
    );
    expect(orders.map(seen)).toEqual([
      ["aim", "filled", 100, 3],
      ["aim", "filled", 110, 4],
    ]);
    expect(trades).toHaveLength(1);
  });

  it("refuses what cannot be: selling what is not held, paying what is not there, a limit far beyond the market", () => {
    const { refusals, orders } = run(
      [flat(100), flat(100)],
      {
        onCandle: ({ k }, desk) => {
          if (k > 0) return;
          desk.place(orderOf({ side: "sell", price: 101 }), "a");
          desk.place(orderOf({ price: 99, quantity: 11 }), "b");
          desk.place(orderOf({ price: 120 }), "c");
          desk.aim(0, -0.5, "short");
        },
      },
      { accounting },
    );
    expect(refusals).toEqual({ "short-not-allowed": 2, capital: 1, "price-collar": 1 });
    expect(orders).toEqual([]);
  });

  it("fees of makers and takers, and slippage that never passes the limit", () => {
    const { orders } = run(
      [flat(100), [100, 101, 98, 100], flat(100)],
      {
        onCandle: ({ k }, desk) => {
          if (k > 0) return;
          desk.place(orderOf({ type: "market", quantity: 2 }), "taker");
          desk.place(orderOf({ price: 99 }), "maker");
          desk.place(orderOf({ price: 100.3 }), "limited");
        },
      },
      { accounting, makerBps: 2, takerBps: 10, slippage: { model: "bps", bps: 50 } },
    );
    // 2 at 100.5, fee 0.201; 1 at 99, fee 0.0198; 1 at its limit of 100.3, fee 0.1003.
    expect(orders.map(({ tag, averagePrice }) => [tag, averagePrice])).toEqual([
      ["taker", expect.closeTo(100.5, 10)],
      ["maker", 99],
      ["limited", 100.3],
    ]);
    expect(orders.map(({ fees }) => fees).map((fee) => Number(fee.toFixed(10)))).toEqual([
      0.201, 0.0198, 0.1003,
    ]);
  });

  it("a late order waits for the first open that is late enough", () => {
    const { orders } = run(
      [flat(100), flat(101), flat(102), flat(103)],
      { onCandle: ({ k }, desk) => k === 0 && desk.place(orderOf({ type: "market" }), "late") },
      { accounting, orderLatencyMs: 250 },
    );
    expect(orders.map(seen)).toEqual([["late", "filled", 102, 2]]);
  });
});
