/** `shoal backtesting --trades` over a few trades and strategies of one's own: the answer to the last digit, and what is refused by which name. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const trades = join(folder.path, "A_B-trades.csv");
writeFileSync(
  trades,
  [
    "ts_ms,price,amount,side,id",
    "1000,100,5,buy,1",
    "2000,101,0.4,buy,2",
    "3000,102,2,buy,3",
    "60000,105,1,buy,4",
    "61000,110,1,sell,5",
    "",
  ].join("\n"),
);
writeFileSync(
  join(folder.path, "one-buy.ts"),
  `export const strategy = {
    name: "one-buy", about: "buys once", genes: {},
    needs: () => ({ timeframes: [], warmupCandles: 0, trades: true }),
    start: () => {
      let bought = false;
      return {
        onCandle() {}, save: () => ({}), load() {},
        onTrade(trade, i, desk) {
          if (!bought) desk.place({ i, side: "buy", type: "market", quantity: 1 }, "first");
          bought = true;
        },
      };
    },
  };`,
);
const run = (...more: readonly string[]) =>
  shoalHere([
    ...["backtesting", "-s", "one-buy", "--strategies-dir", folder.path],
    ...["--trades", trades, "--starting-balance", "1000", ...more],
  ]);

describe("shoal backtesting --trades", () => {
  it("answers with fills, exact money, conventions and the hash of the orders", async () => {
    const { code, err, json } = await run("--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // 0.4 * 101 + 0.6 * 102 = 101.6; 10 bps of 1 A are 0.001; 1000 - 101.6 + 0.999 * 110 = 1008.29.
    expect(json).toMatchObject({
      pairs: ["A/B"],
      from: 1_000,
      to: 61_000,
      trades: 5,
      orders: 1,
      filled: 1,
      fills: 2,
      takerFills: 2,
      fees: { A: "0.001" },
      held: { A: "0.999", B: "898.4" },
      equityStart: "1000",
      equityEnd: "1008.29",
      profitTotalRatio: expect.closeTo(0.00829, 12) as number,
      conventions: { accounting: "exact" },
    });
    expect(json["orderListHash"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is the same again, whatever the seed, and another one over another time", async () => {
    const [one, again, later] = await Promise.all([
      run("--json", "--seed", "1"),
      run("--json", "--seed", "2"),
      run("--json", "--timerange", "0000000002-"),
    ]);
    expect(again.json["orderListHash"]).toBe(one.json["orderListHash"]);
    expect(later.json).toMatchObject({ from: 2_000, trades: 4, filled: 1 });
    expect(later.json["orderListHash"]).not.toBe(one.json["orderListHash"]);
  });

  it.each([
    [["--candles", "x.csv"], "--trades"],
    [["--books", "x.ws"], "--trades"],
    [["--slippage", "bps:1"], "--slippage"],
    [["--order-latency-ms", "5"], "--order-latency-ms"],
    [["--convention", "same-close"], "--convention"],
    [["--stoploss", "-0.1"], "--trades"],
    [["--trading-mode", "futures"], "--trading-mode"],
    [["--pairs", "C/D"], "--trades"],
    [["--timerange", "20200101-"], "--timerange"],
    [["--html", "r.html"], "--html"],
  ])("%j: refused by name", async (more, option) => {
    const { code, err } = await run(...more);
    expect(code).not.toBe(0);
    expect(err).toContain(option);
  });
});
