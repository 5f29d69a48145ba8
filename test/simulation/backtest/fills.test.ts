/** Every fill of every convention, worked by hand; exact and in doubles alike. */
import { describe, expect, it } from "vitest";
import { accountings } from "../../../simulation/backtest/settings.ts";
import { MINUTE, run, START, type Row, type Script } from "./scripted.ts";

const flat = (price: number): Row => [price, price, price, price];

/** Holds a half from the first close, nothing from the third on. */
const half: Script = {
  onCandle: ({ k }, desk) => {
    if (k === 0) desk.aim(0, 0.5, "in");
    if (k === 2) desk.aim(0, 0, "out");
  },
};

describe.each(accountings)("fills, %s", (accounting) => {
  it("next-open: decided at a close, filled at the next open, with fees", () => {
    const rows: Row[] = [
      flat(100),
      [102, 106, 101, 105],
      [104, 108, 103, 107],
      [110, 111, 109, 110],
      flat(110),
    ];
    const { trades, equity, orders } = run(rows, half, { accounting, takerBps: 10, makerBps: 10 });
    // 0.5 * 1000 / 100 = 5 bought at 102 = 510, fee 0.51; sold at 110 = 550, fee 0.55: profit 40 - 1.06 = 38.94.
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({
      pair: "A/USDT",
      side: "long",
      tag: "in",
      exitReason: "out",
      openAt: START + MINUTE,
      closeAt: START + 3 * MINUTE,
      openPrice: 102,
      closePrice: 110,
      quantity: 5,
    });
    expect(trades[0]!.profit).toBeCloseTo(38.94, 9);
    expect(trades[0]!.profitRatio).toBeCloseTo(38.94 / 510.51, 12);
    expect(trades[0]!.fees).toBeCloseTo(1.06, 12);
    // The whole of the second and third candle, of the fourth its open: 101 to 110 seen from 102.
    expect(trades[0]!.mae).toBeCloseTo(1 - 101 / 102, 12);
    expect(trades[0]!.mfe).toBeCloseTo(110 / 102 - 1, 12);
    // 1000; 490 - 0.51 + 5 * 105; 489.49 + 5 * 107; then flat.
    expect([...equity.value].map((value) => Number(value.toFixed(6)))).toEqual([
      1_000, 1_014.49, 1_024.49, 1_038.94, 1_038.94,
    ]);
    expect([...equity.at]).toEqual([1, 2, 3, 4, 5].map((k) => START + k * MINUTE));
    expect(
      orders.map(({ side, quantity, status, averagePrice }) => [side, quantity, status, averagePrice]),
    ).toEqual([
      ["buy", 5, "filled", 102],
      ["sell", 5, "filled", 110],
    ]);
  });

  it("same-close: decided at a close and filled at it", () => {
    const rows: Row[] = [flat(100), [102, 106, 101, 105], [104, 108, 103, 107], flat(110)];
    const { trades, equity } = run(rows, half, { accounting, convention: "same-close" });
    expect(trades[0]).toMatchObject({
      openPrice: 100,
      closePrice: 107,
      openAt: START + MINUTE,
      closeAt: START + 3 * MINUTE,
    });
    expect(trades[0]!.profit).toBeCloseTo(35, 9);
    expect(trades[0]!.mae).toBeCloseTo(0, 12);
    expect(trades[0]!.mfe).toBeCloseTo(0.08, 12);
    expect(equity.value.at(-1)).toBeCloseTo(1_035, 9);
  });

  it("what is open at the end is valued at the last close, without a fee", () => {
    const { trades, equity } = run(
      [flat(100), flat(100), flat(120)],
      { onCandle: ({ k }, desk) => k === 0 && desk.aim(0, 0.5, "in") },
      { accounting },
    );
    expect(trades[0]).toMatchObject({
      exitReason: "force_exit",
      closePrice: 120,
      closeAt: START + 3 * MINUTE,
    });
    expect(trades[0]!.profit).toBeCloseTo(100, 9);
    expect(equity.value.at(-1)).toBeCloseTo(1_100, 9);
  });
});
