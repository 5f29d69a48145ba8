/** Funding, interest and cross margin in backtests of contracts, and what terms are refused. */
import { describe, expect, it } from "vitest";
import { asset, quantity } from "../../../../domain/values/values.ts";
import { accountings } from "../../../../simulation/backtest/settings.ts";
import { instrument, MINUTE, START, candlesOf, type Row } from "../scripted.ts";
import { aims, flat, perpetual, TERMS } from "./perpetual.ts";

const HOUR = 60 * MINUTE;

describe.each(accountings)("%s accounting", (accounting) => {
  it("funding: paid at its times by longs on the last price, received by shorts", () => {
    const rows = Array.from({ length: 18 }, (): Row => [100, 100, 100, 100]);
    const markets = [
      {
        instrument: instrument("A/USDT:USDT", { quote: asset("USDT") }),
        timeframe: "1h" as const,
        candles: candlesOf(rows, HOUR),
      },
    ];
    for (const [exposure, sign] of [
      [0.5, -1],
      [-0.5, 1],
    ] as const) {
      const script = { ...aims({ 0: exposure }), timeframes: ["1h" as const] };
      const { trades, equity } = perpetual(
        [rows],
        script,
        { funding: { rate: 0.001 } },
        { accounting, markets },
      );
      // Held from 01:00 to 18:00: 08:00 and 16:00, 500 * 0.001 each.
      expect(trades).toMatchObject([{ carry: sign, profit: sign, fees: 0 }]);
      expect(equity.value.at(-1)).toBe(1_000 + sign);
    }
  });

  it("funding: recorded rates at recorded marks; interest by begun hours", () => {
    const rows = Array.from({ length: 5 }, (): Row => [100, 100, 100, 100]);
    const markets = [
      {
        instrument: instrument("A/USDT:USDT", { quote: asset("USDT") }),
        timeframe: "1h" as const,
        candles: candlesOf(rows, HOUR),
      },
    ];
    const recorded = new Map([
      [
        "A/USDT:USDT",
        {
          at: Float64Array.of(START, START + 3 * HOUR),
          rate: Float64Array.of(0.5, 0.001),
          mark: Float64Array.of(100, 110),
        },
      ],
    ]);
    const script = { ...aims({ 0: -0.5 }), timeframes: ["1h" as const] };
    const ran = perpetual(
      [rows],
      script,
      { funding: { recorded, from: "a file" }, borrowRate: 0.876 },
      { accounting, markets },
    );
    // 5 * 110 * 0.001 received; 500 * 0.876 / 8,760 = 0.05 for each of 4 hours paid.
    expect(ran.trades[0]!.carry).toBeCloseTo(0.55 - 0.2, 9);
    expect(ran.conventions["funding"]).toContain("recorded rates of a file");
    expect(ran.conventions["borrowing"]).toContain("87.6 % a year");
  });

  it("cross margin: the whole wallet stands behind a position", () => {
    // 5 at 100 with 1,000 behind them: (1,000 - 500) < 0 is never; 90 at 100: (1,000 - 9,000) / (90 * 0.01 - 90) = 89.787
    const fall: readonly Row[] = [...flat(100, 100), [100, 100, 60, 60], ...flat(60)];
    expect(
      perpetual([fall], aims({ 0: 0.5 }), { leverage: 10, marginMode: "cross" }, { accounting }).trades,
    ).toMatchObject([{ exitReason: "force_exit" }]);
    const { trades } = perpetual(
      [fall],
      aims({ 0: 9 }),
      { leverage: 10, marginMode: "cross" },
      { accounting },
    );
    expect(trades).toMatchObject([
      { exitReason: "liquidation", closePrice: expect.closeTo(89.787, 1) as number },
    ]);
  });
});

describe("what is refused", () => {
  const rows = [flat(100, 100)];
  it.each([
    [
      "contracts without terms",
      {},
      { contracts: undefined },
      "markets: expected spot, or terms for contracts",
    ],
    ["leverage below 1", { leverage: 0.5 }, {}, "leverage: expected from 1 to 125"],
    ["leverage beyond the first tier", { leverage: 200 }, {}, "leverage: expected from 1 to 125"],
    ["a funding rate that nobody has", { funding: { rate: 5 } }, {}, "funding: expected a rate"],
    [
      "spot with terms",
      {},
      { markets: [{ instrument: instrument(), timeframe: "1m" as const, candles: candlesOf(rows[0]!) }] },
      "markets: expected contracts",
    ],
    [
      "inverse contracts without a size",
      {},
      {
        markets: [
          {
            instrument: instrument("A/USD:A", { quote: asset("USD") }),
            timeframe: "1m" as const,
            candles: candlesOf(rows[0]!),
          },
        ],
      },
      "contractSize, above 0, of inverse contracts",
    ],
    [
      "a size of linear contracts",
      {},
      {
        markets: [
          {
            instrument: instrument("A/USDT:USDT", { quote: asset("USDT"), contractSize: quantity("100") }),
            timeframe: "1m" as const,
            candles: candlesOf(rows[0]!),
          },
        ],
      },
      "contractSize, above 0, of inverse contracts",
    ],
  ])("%s", (_, terms, over, message) => {
    expect(() => perpetual(rows, aims({}), terms, over)).toThrow(message);
  });

  it("names its terms in the conventions", () => {
    const { conventions } = perpetual(rows, aims({}), { leverage: 3, funding: { rate: 0.0001 } });
    expect(Object.keys(conventions)).toEqual(
      expect.arrayContaining(["positions", "margin", "liquidation", "funding", "borrowing"]),
    );
    expect(conventions["positions"]).toContain("3 times");
    expect(TERMS.leverage).toBe(1);
  });
});
