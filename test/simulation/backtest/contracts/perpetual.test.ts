/** Shorts, leverage and liquidation in backtests, in both accountings, against figures worked by hand. */
import { describe, expect, it } from "vitest";
import { accountings } from "../../../../simulation/backtest/settings.ts";
import { MINUTE, run, START, type Row } from "../scripted.ts";
import { aims, flat, perpetual } from "./perpetual.ts";

describe.each(accountings)("%s accounting", (accounting) => {
  it("a short gains what the price falls", () => {
    // Half of 1,000 at 100: 5 sold, bought back at 90: 50.
    const { trades, equity, refusals } = perpetual(
      [flat(100, 100, 90, 90)],
      aims({ 0: -0.5, 2: 0 }),
      {},
      { accounting },
    );
    expect(refusals).toEqual({});
    expect(trades).toMatchObject([
      {
        side: "short",
        openPrice: 100,
        closePrice: 90,
        quantity: 5,
        profit: 50,
        profitRatio: 0.1,
        mae: 0,
        mfe: expect.closeTo(0.1, 9) as number,
      },
    ]);
    expect(equity.value.at(-1)).toBe(1_050);
  });

  it("spot stays long only, with its reason", () => {
    const { refusals, trades } = run(flat(100, 100, 90, 90), aims({ 0: -0.5, 2: 0 }), { accounting });
    expect(refusals).toEqual({ "short-not-allowed": 1 });
    expect(trades).toEqual([]);
  });

  it("goes from long to short at one open, by way of flat", () => {
    const { orders, trades, equity } = perpetual(
      [flat(100, 100, 110, 110, 100)],
      aims({ 0: 0.5, 2: -0.5, 3: 0 }),
      {},
      { accounting },
    );
    // 5 bought at 100, sold at 110; then half of 1,050 at 110 is 4.77 short, bought back at 100.
    expect(
      orders.map(({ side, quantity, at, closedAt }) => [
        side,
        quantity,
        (at - START) / MINUTE,
        (closedAt - START) / MINUTE,
      ]),
    ).toEqual([
      ["buy", 5, 1, 1],
      ["sell", 5, 3, 3],
      ["sell", expect.closeTo(525 / 110, 2), 3, 3],
      ["buy", expect.closeTo(525 / 110, 2), 4, 4],
    ]);
    expect(trades.map(({ side }) => side)).toEqual(["long", "short"]);
    expect(equity.value.at(-1)).toBeCloseTo(1_050 + (525 / 110) * 10, 1);
  });

  it("what is decided between proposals is measured by the prices of the last one", () => {
    // 5 bought at 100 are sold at the open, 120: equity 1,100. The short that follows is half of it at the close that was told, 110.
    const { orders } = perpetual(
      [[...flat(100, 100, 110), [120, 120, 120, 120], ...flat(120)]],
      aims({ 0: 0.5, 2: -0.5 }),
      {},
      { accounting },
    );
    expect(orders.map(({ side, quantity, averagePrice }) => [side, quantity, averagePrice])).toEqual([
      ["buy", 5, 100],
      ["sell", 5, 120],
      ["sell", expect.closeTo(550 / 110, 6), 120],
    ]);
  });

  it("leverage: more than what is there, up to its margin", () => {
    const { trades } = perpetual(
      [flat(100, 100, 101, 101)],
      aims({ 0: 3, 2: 0 }),
      { leverage: 5 },
      { accounting },
    );
    // 30 at 100 gain 1 each: 30 on a margin of 600.
    expect(trades).toMatchObject([{ quantity: 30, profit: 30, profitRatio: 0.05 }]);
  });

  it("cuts an aim to what the margin allows: at 1 as spot does", () => {
    const { trades } = perpetual([flat(100, 100, 100)], aims({ 0: -5 }), {}, { accounting });
    expect(trades[0]!.quantity).toBeCloseTo(1_000 / 102, 6);
  });

  // Ten times, margin 50 for 5 at 100: long (50 - 500) / (5 * 0.01 - 5) = 90.909, short (50 + 500) / 5.05 = 108.911.
  it.each([
    ["long", 0.5, [[100, 100, 80, 85]], 90.909, -45.45],
    ["short", -0.5, [[100, 120, 100, 115]], 108.911, -44.55],
  ] as const)(
    "liquidates a %s at its price, the market's orders with it",
    (side, exposure, fall, at, profit) => {
      const rows: readonly Row[] = [...flat(100, 100), ...(fall as unknown as readonly Row[]), ...flat(85)];
      const { trades, orders } = perpetual(
        [rows],
        {
          onCandle: ({ k }, desk) => {
            if (k === 0) desk.aim(0, exposure, "in");
            if (k === 1)
              desk.place(
                {
                  i: 0,
                  side: exposure > 0 ? "sell" : "buy",
                  type: "limit",
                  quantity: 5,
                  price: exposure > 0 ? 130 : 70,
                },
                "profit",
              );
          },
        },
        { leverage: 10 },
        { accounting },
      );
      expect(trades).toMatchObject([
        { side, exitReason: "liquidation", closePrice: expect.closeTo(at, 1) as number },
      ]);
      expect(trades[0]!.profit).toBeCloseTo(profit, 0);
      expect(orders.map(({ tag, status }) => `${tag} ${status}`)).toEqual([
        "aim filled",
        "profit cancelled",
        "liquidation filled",
      ]);
    },
  );

  it("a gap beyond bankruptcy costs the margin, not more", () => {
    const { trades } = perpetual(
      [[...flat(100, 100), [60, 70, 55, 70], ...flat(70)]],
      aims({ 0: 0.5 }),
      { leverage: 10 },
      { accounting },
    );
    expect(trades).toMatchObject([{ closePrice: 90, profit: -50, exitReason: "liquidation" }]);
  });

  it("a stop nearer than the liquidation comes first; one beyond it never", () => {
    const script = (stop: number) => ({
      ...aims({}),
      onCandle: (
        { k }: { readonly k: number },
        desk: Parameters<NonNullable<ReturnType<typeof aims>["onCandle"]>>[1],
      ) => {
        if (k === 0) {
          desk.aim(0, 0.5, "in");
          desk.protect(0, stop);
        }
      },
    });
    const rows: readonly Row[] = [...flat(100, 100), [100, 100, 80, 85], ...flat(85)];
    expect(perpetual([rows], script(95), { leverage: 10 }, { accounting }).trades).toMatchObject([
      { closePrice: 95, exitReason: "protect" },
    ]);
    const late = perpetual([rows], script(85), { leverage: 10 }, { accounting });
    expect(late.trades).toMatchObject([
      { closePrice: expect.closeTo(90.9, 1) as number, exitReason: "liquidation" },
    ]);
  });

  it("a short's stop stands above it", () => {
    const { trades } = perpetual(
      [[...flat(100, 100), [100, 106, 100, 104], ...flat(104)]],
      {
        onCandle: ({ k }, desk) => {
          if (k === 0) {
            desk.aim(0, -0.5, "in");
            desk.protect(0, 105);
          }
        },
      },
      {},
      { accounting },
    );
    expect(trades).toMatchObject([{ side: "short", closePrice: 105, profit: -25, exitReason: "protect" }]);
  });

  it("entered and passed in one candle: liquidated at its close", () => {
    // A limit at 95 is filled on the way to 80; 50 / 95 * 10 contracts at ten times.
    const { trades } = perpetual(
      [[...flat(100), [100, 100, 80, 82], ...flat(82)]],
      {
        onCandle: ({ k }, desk) => {
          if (k === 0) desk.place({ i: 0, side: "buy", type: "limit", quantity: 5, price: 95 }, "in");
        },
      },
      { leverage: 10 },
      { accounting },
    );
    expect(trades).toMatchObject([
      { openPrice: 95, closePrice: expect.closeTo(86.36, 1) as number, exitReason: "liquidation" },
    ]);
  });
});
