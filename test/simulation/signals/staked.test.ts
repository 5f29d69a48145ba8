/** Trades that get amounts: stakes, profits and equity worked by hand. */
import { describe, expect, it } from "vitest";
import type { SignalTrade } from "../../../simulation/signals/signals.ts";
import { staked } from "../../../simulation/signals/staked.ts";
import { candlesOf, MINUTE, type Row, START } from "../backtest/scripted.ts";

const flat = (price: number): Row => [price, price, price, price];
const trade = (open: number, close: number, over: Partial<SignalTrade>): SignalTrade => ({
  openAt: START + open * MINUTE,
  closeAt: START + close * MINUTE,
  side: "long",
  openPrice: 100,
  closePrice: 100,
  profitRatio: 0,
  exitReason: "exit_signal",
  tag: "in",
  ...over,
});
const stakes = { startingBalance: 1_000, leverage: 1, fee: 0, span: MINUTE, from: START };

describe("stakes", () => {
  it("are equal parts of what the balance was when earlier candles were over", () => {
    const markets = [
      {
        pair: "A/USDT",
        candles: candlesOf([flat(100), [100, 130, 90, 120], flat(120), flat(120)]),
        // 500 / 100 = 5 bought; + 5 * 20 = 100. Then (1000 + 100) / 2 = 550 at 120.
        trades: [
          trade(0, 1, { closePrice: 120 }),
          trade(2, 3, { openPrice: 120, closePrice: 132, exitReason: "roi" }),
        ],
      },
      {
        pair: "B/USDT",
        candles: candlesOf([flat(10), flat(8), flat(8), flat(8)]),
        // Opened in the candle in which the other one is left: the profit is not there yet. Short 500 / 10 = 50; - 50 * -2 = 100.
        trades: [trade(1, 3, { side: "short", openPrice: 10, closePrice: 8 })],
      },
    ];
    const { trades, equity, orders } = staked(markets, stakes);
    expect(trades.map(({ pair, quantity, profit }) => [pair, quantity, profit])).toEqual([
      ["A/USDT", 5, 100],
      ["B/USDT", 50, 100],
      ["A/USDT", 550 / 120, 55],
    ]);
    // At the closes of minutes 0 to 3: nothing moved; + 100 and the short at 8: + 100; the same; + 55.
    expect([...equity.value].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([
      1_000, 1_200, 1_200, 1_255,
    ]);
    expect(equity.at[0]).toBe(START + MINUTE);
    expect(
      orders.map(({ at, pair, side, averagePrice }) => [(at - START) / MINUTE, pair, side, averagePrice]),
    ).toEqual([
      [0, "A/USDT", "buy", 100],
      [1, "A/USDT", "sell", 120],
      [1, "B/USDT", "sell", 10],
      [2, "A/USDT", "buy", 120],
      [3, "B/USDT", "buy", 8],
      [3, "A/USDT", "sell", 132],
    ]);
  });

  it("pay fees on both sides, and know how far the price went", () => {
    const candles = candlesOf([flat(100), [100, 125, 80, 110], flat(110)]);
    const { trades, equity } = staked(
      [{ pair: "A/USDT", candles, trades: [trade(1, 2, { closePrice: 110 })] }],
      {
        ...stakes,
        fee: 0.01,
      },
    );
    // 10 bought for 1,000: 10 * (110 * 0.99 - 100 * 1.01) = 79.
    expect(trades[0]).toMatchObject({ quantity: 10, fees: 21, profit: 79 });
    expect(trades[0]!.mae).toBeCloseTo(0.2, 12);
    expect(trades[0]!.mfe).toBeCloseTo(0.25, 12);
    // Open at 110: 1,000 + 100 - 10.
    expect([...equity.value]).toEqual([1_000, 1_090, 1_079]);
  });

  it("are nothing once all is lost", () => {
    const candles = candlesOf([flat(100), flat(300), flat(300)]);
    const lost = trade(0, 0, { side: "short", closePrice: 300 });
    const { trades } = staked([{ pair: "A/USDT", candles, trades: [lost, trade(1, 2, {})] }], stakes);
    expect(trades.map(({ quantity, profit }) => [quantity, profit])).toEqual([
      [10, -2_000],
      [0, 0],
    ]);
  });
});
