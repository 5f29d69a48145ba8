/** Grids of contracts by the command that people type, over half a year of recorded hours in which the price rises sevenfold. */
import { expect, it } from "vitest";
import { shoalHere } from "../cli/command.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";

interface Answer {
  readonly trades: readonly { readonly side: string; readonly profit: number; readonly exitReason: string }[];
  readonly orders: number;
  readonly refusals: Readonly<Record<string, number>>;
}

describeRecorded("candles-binance-1h-2020-12_2021-05", () => {
  it.each([
    ["long", ["long"]],
    ["neutral", ["long", "short"]],
    ["short", ["short"]],
  ])("%s", async (mode, sides) => {
    const params = { mode, below: 10, above: 10, stop: 5 };
    const { code, out, err } = await shoalHere([
      ...["backtesting", "--strategy", "grid", "--params", JSON.stringify(params)],
      ...["--candles", recordedPath("candles-binance-1h-2020-12_2021-05/ETH_USDT-1h.csv.gz")],
      ...["--trading-mode", "futures", "--funding", "0.0001", "--json"],
    ]);
    expect(code, err).toBe(0);
    const { trades, orders, refusals } = JSON.parse(out) as Answer;
    expect([...new Set(trades.map(({ side }) => side))].sort()).toEqual(sides);
    expect(orders).toBeGreaterThan(30);
    // A candle may go further than the collar lets an answer to its fill stand; it is asked for anew.
    expect(Object.keys(refusals).filter((rule) => rule !== "price-collar")).toEqual([]);
    // The rise leaves the range: what is short is bought back at the stop, and that costs more than all rounds before it earned.
    const last = trades.at(-1)!;
    if (mode === "long") for (const { profit } of trades) expect(profit).toBeGreaterThan(0);
    else {
      expect(last.exitReason).toMatch(/^stop 0 /);
      expect(last.profit).toBeLessThan(0);
      const before = trades.slice(0, -1).reduce((sum, { profit }) => sum + profit, 0);
      if (mode === "neutral") expect(before).toBeGreaterThan(0);
    }
  });
});
