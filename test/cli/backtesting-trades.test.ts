/** `shoal backtesting --trades` over a few trades and strategies of one's own: the answer to the last digit, and what is refused by which name. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
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
      from: 1_000,
      to: 61_000,
      prints: 5,
      orders: 1,
      filled: 1,
      fills: 2,
      takerFills: 2,
      fees: { A: "0.001" },
      held: { A: "0.999", B: "898.4" },
      // One candle of a minute closed, at 102; then the last trade, at 110.
      equity: [
        [60_000, 898.4 + 0.999 * 102],
        [61_000, expect.closeTo(1_008.29, 9)],
      ],
      trades: [
        {
          ...{ pair: "A/B", side: "long", tag: "first", exitReason: "force_exit" },
          ...{ openAt: 2_000, closeAt: 61_000, quantity: 1, openPrice: 101.6 },
          profit: expect.closeTo(8.29, 9) as number,
          // 0.0004 A at 101 and 0.0006 at 102.
          fees: expect.closeTo(0.1016, 9) as number,
        },
      ],
      metrics: { trades: 1 },
      summary: { finalBalance: expect.closeTo(1_008.29, 9) as number },
      markets: [{ pair: "A/B", change: 0 }],
      profitTotalRatio: expect.closeTo(0.00829, 12) as number,
      conventions: { accounting: "exact" },
    });
    expect(json["orderListHash"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is guided by predictions: an order before the first of them is held back, and told", async () => {
    const known = (at: number): string => {
      const path = join(folder.path, `known-${at}.csv`);
      writeFileSync(path, `ts_ms,symbol,score,confidence\n${at},A/B,1,1\n`);
      return path;
    };
    const early = await run("--predictions", known(1_000), "--json");
    expect(early.json).toMatchObject({
      orders: 1,
      told: [{ prediction: "model-agrees", entries: 1 }],
      held: { A: "0.999" },
    });
    // Known a millisecond after the trade that it wishes to answer.
    const late = await run("--predictions", known(1_001), "--json");
    expect(late.json).toMatchObject({ orders: 0, told: [{ prediction: "model-missing", entries: 1 }] });
    const capped = await run("--predictions", known(1_000), "--guide", '{"cap":0.05}', "--json");
    // 5 % of 1,000 at 100 each, less the fee of 10 bps.
    expect(capped.json).toMatchObject({ held: { A: "0.4995" } });
  });

  it("is the same again, whatever the seed, and another one over another time", async () => {
    const [one, again, later] = await Promise.all([
      run("--json", "--seed", "1"),
      run("--json", "--seed", "2"),
      run("--json", "--timerange", "0000000002-"),
    ]);
    expect(again.json["orderListHash"]).toBe(one.json["orderListHash"]);
    expect(later.json).toMatchObject({ from: 2_000, prints: 4, filled: 1 });
    expect(later.json["orderListHash"]).not.toBe(one.json["orderListHash"]);
  });

  it("reads what Binance publishes, several files of a pair as one, with the same answer", async () => {
    const own = join(folder.path, "published");
    mkdirSync(own);
    // number, price, amount, notional, time, whether the buyer was the maker, best match.
    writeFileSync(
      join(own, "A_B-trades-2024-01.csv"),
      "1,100,5,500,1000,False,True\n2,101,0.4,40.4,2000,False,True\n3,102,2,204,3000,False,True\n",
    );
    writeFileSync(
      join(own, "A_B-trades-2024-02.csv"),
      "3,102,2,204,3000,False,True\n4,105,1,105,60000,False,True\n5,110,1,110,61000,True,True\n",
    );
    const [one, published] = await Promise.all([run("--json"), run("--json", "--trades", own)]);
    expect(published.json).toMatchObject({ prints: 5, orderListHash: one.json["orderListHash"] });
    expect(published.json["trades"]).toEqual(one.json["trades"]);
  });

  it("tells tables, a page and files as over candles, and what a risk plan did", async () => {
    const [html, csv] = [join(folder.path, "r.html"), join(folder.path, "t.csv")];
    const risk = join(folder.path, "risk.json");
    writeFileSync(risk, JSON.stringify({ limits: { orderNotionalMax: 50 } }));
    const shown = await run("--html", html, "--export-filename", csv);
    for (const told of [
      "BACKTESTING REPORT",
      "SUMMARY METRICS",
      "force_exit",
      "FILLS",
      "fees 0.001 A; held 898.4 B, 0.999 A",
    ])
      expect(shown.out).toContain(told);
    expect(readFileSync(html, "utf8")).toContain("one-buy: backtest 1970-01-01");
    expect(readFileSync(csv, "utf8").split("\n")).toHaveLength(3);
    const limited = await run("--json", "--risk", risk);
    expect(limited.json).toMatchObject({ orders: 0, trades: [], refusals: { "order-notional": 1 } });
  });

  it("a plan sees the prices though the strategy asks for nothing", async () => {
    const risk = join(folder.path, "plan.json");
    writeFileSync(risk, JSON.stringify({ risk: { drawdown: 0.05 } }));
    const falling = join(folder.path, "C_D-trades.csv");
    const rows = [100, 100, 100, 99, 90, 80].map(
      (price, k) => `${k * 300_000 + 1000},${price},5,sell,${k + 1}`,
    );
    writeFileSync(falling, ["ts_ms,price,amount,side,id", ...rows, ""].join("\n"));
    const { json } = await run("--json", "--trades", falling, "--starting-balance", "200", "--risk", risk);
    // 1 C of 200 D was bought at 100: at 90 the fall is 10.1 of 200, above 5 %.
    expect(json).toMatchObject({ risk: { halts: [{ at: 1_201_000 }] }, without: { trades: 1 } });
  });

  it.each([
    [["--candles", "x.csv"], "--trades"],
    [["--books", "x.ws"], "--trades"],
    [["--slippage", "bps:1"], "--slippage"],
    [["--starting-base", "1"], "--starting-base"],
    [["--order-latency-ms", "5"], "--order-latency-ms"],
    [["--convention", "same-close"], "--convention"],
    [["--stoploss", "0.1"], "--stoploss"],
    [["--manage", '{"timeLimit":0}'], "--manage.timeLimit"],
    [["--stoploss", "-0.1", "--manage", '{"stoploss":-0.2}'], "--stoploss"],
    [["--trading-mode", "futures"], "--trading-mode"],
    [["--pairs", "C/D"], "--trades"],
    [["--timerange", "20200101-"], "--timerange"],
    [["--risk", "no-such.yaml"], "--risk"],
    [["--export-filename", "x.txt"], "--export-filename"],
  ])("%j: refused by name", async (more, option) => {
    const { code, err } = await run(...more);
    expect(code).not.toBe(0);
    expect(err).toContain(option);
  });
});
