/** Hedge mode under cross margin, both accountings: Binance's formula with both legs in its sums, worked by hand. */
import { describe, expect, it } from "vitest";
import { asset, fromFloat, price, type Quantity } from "../../../../domain/values/values.ts";
import { accountings } from "../../../../simulation/backtest/settings.ts";
import { candlesOf, instrument, MINUTE, START, type Row } from "../scripted.ts";
import { hedged, LONG, SHORT, wishes } from "./legs.ts";
import { flat } from "./perpetual.ts";

describe.each(accountings)("%s accounting", (accounting) => {
  // 1,000 behind both, maintenance 1 %: (1,000 - (5,000 or -5,000)) / (70 * 0.01 -+ 50), what is left there is 1 % of 70 at that price.
  it.each([
    ["more long", 60, 10, 81, 4_000 / 49.3],
    ["more short", 10, 60, 119, 6_000 / 50.7],
    // Maintenance of 99.5 outweighs the half that it is more long: (1,000 - 5,000 + 4,950) / (0.995 - 0.5).
    ["nearly balanced, ending above though it is more long", 50, 49.5, 3_000, 950 / 0.495],
  ])("cross margin: both legs end together at one price: %s", (_, long, short, to, at) => {
    const move: Row = [100, Math.max(to, 100), Math.min(to, 100), to];
    const { trades, equity } = hedged(
      [...flat(100, 100, 100, 100), move, ...flat(to)],
      wishes([1, LONG, "buy", long], [1, SHORT, "sell", short]),
      { leverage: 20, marginMode: "cross" },
      { accounting },
    );
    // The leg that the price goes against is told first.
    const ends = trades.map(({ side, exitReason, closePrice }) => [side, exitReason, closePrice]);
    expect(ends.sort()).toEqual([
      ["long", "liquidation", expect.closeTo(at, 1)],
      ["short", "liquidation", expect.closeTo(at, 1)],
    ]);
    // In the candle that moves, and not before.
    expect(trades.map(({ closeAt }) => (closeAt - START) / MINUTE)).toEqual([5, 5]);
    expect(equity.value.at(-1)).toBeCloseTo((long + short) * at * 0.01, 0);
  });

  it("cross margin: legs that balance stand through what would end either alone", () => {
    const { trades } = hedged(
      [...flat(100, 100), [100, 100, 60, 60], [60, 140, 60, 140], ...flat(140)],
      wishes([1, LONG, "buy", 50], [1, SHORT, "sell", 50]),
      { leverage: 20, marginMode: "cross" },
      { accounting },
    );
    expect(trades.map(({ exitReason, profit }) => [exitReason, profit])).toEqual([
      ["force_exit", 2_000],
      ["force_exit", -2_000],
    ]);
  });

  it("cross margin of inverse legs", () => {
    // 10 coins, 6,000 contracts of 100 long and 1,000 short from 50,000: 100 * (70 + 5,000) / (10 + 12 - 2) = 25,350.
    const rows: readonly Row[] = [...flat(50_000, 50_000), [50_000, 50_000, 25_000, 25_000], ...flat(25_000)];
    const contract = { quote: asset("A"), contractSize: fromFloat(100) as Quantity, tickSize: price("0.01") };
    const { trades } = hedged(
      rows,
      wishes([1, LONG, "buy", 6_000], [1, SHORT, "sell", 1_000]),
      { leverage: 10, marginMode: "cross" },
      {
        accounting,
        startingBalance: 10,
        markets: ["A/USD:A#long", "A/USD:A#short"].map((symbol) => ({
          instrument: instrument(symbol, contract),
          timeframe: "1m",
          candles: candlesOf(rows),
        })),
      },
    );
    expect(trades.map(({ exitReason, closePrice }) => [exitReason, closePrice])).toEqual([
      ["liquidation", expect.closeTo(25_350, 1)],
      ["liquidation", expect.closeTo(25_350, 1)],
    ]);
  });
});
