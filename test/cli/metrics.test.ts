/** `shoal metrics` on files as people have them: what it reads, computes, and refuses by file and line. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readReturns } from "../../cli/performance/returns-file.ts";
import { readTrades } from "../../cli/performance/trades-file.ts";
import { alignedReturns } from "../../cli/performance/aligned-returns.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string | Buffer): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

describe("shoal metrics", () => {
  it("gives figures with their conventions, dates and a benchmark", async () => {
    const own = file(
      "own.csv",
      "date,return\n2021-01-01,0.5\n2021-01-02,-0.5\n2021-01-03,1\n2021-01-04,-0.25\n",
    );
    // The other order of columns, a day less.
    const other = file("other.csv", "return,date\n-0.5,2021-01-01\n0.25,2021-01-02\n0.5,2021-01-03\n");
    const { code, json, err } = await shoalHere([
      "metrics",
      "--returns",
      own,
      "--benchmark",
      other,
      "--json",
    ]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      convention: "shoal",
      periods: 365,
      returns: 3,
      metrics: { totalReturn: 0.5, maxDrawdown: 0.5 },
      drawdown: { peakDate: "2021-01-01", troughDate: "2021-01-02", recoveryDate: "2021-01-03" },
      conventions: { sharpe: "mean / deviation (ddof 1) * sqrt(periods), risk-free 0" },
    });
    expect((json["metrics"] as { readonly beta: number }).beta).toBeTypeOf("number");
  });

  it("prints a table of returns and trades together", async () => {
    const own = file("plain.txt", "0.01\n-0.02\n0.03\n");
    const trades = file("trades.csv", "profit\n2\n-1\n");
    const args = ["metrics", "--returns", own, "--trades", trades, "--metrics-compat", "backtesting.py"];
    const { out } = await shoalHere(args);
    expect(out).toMatch(/^Figure +Value +Convention \(backtesting.py\)$/m);
    expect(out).toMatch(/^Max drawdown +-2\.00 % +wealth \/ highest wealth - 1, negative$/m);
    expect(out).toMatch(/^Win rate +50\.00 %/m);
  });

  // 100 + 20 on the first day, nothing on the second, - 30 on the third.
  it("makes daily equity of trades with a starting balance; freqtrade takes them one by one", async () => {
    const trades = file(
      "dated.csv",
      "profit,openAt,closeAt\n-30,2021-01-01,2021-01-03\n20,2021-01-01T06:00:00Z,2021-01-01T12:00:00Z\n",
    );
    const args = ["metrics", "--trades", trades, "--starting-balance", "100", "--json"];
    const { json } = await shoalHere(args);
    expect(json).toMatchObject({
      returns: 3,
      metrics: { totalReturn: expect.closeTo(-0.1, 12) as number, maxDrawdown: 0.25, positiveShare: 1 / 3 },
      drawdown: { peakDate: "2021-01-02", troughDate: "2021-01-03", recoveryDate: null },
      trades: { trades: 2, expectancy: -5 },
    });
    const theirs = await shoalHere([...args, "--metrics-compat", "freqtrade"]);
    // Two days; 0.2 and -0.3 deviate by 0.25 from their mean.
    const metrics = theirs.json["metrics"] as Record<string, number>;
    expect(metrics["sharpe"]).toBeCloseTo((-0.05 / 0.25) * Math.sqrt(365), 9);
    expect(metrics["maxDrawdown"]).toBeCloseTo(0.25, 9);
    const undated = await shoalHere([
      "metrics",
      "--trades",
      file("u.csv", "profit\n1\n"),
      "--starting-balance",
      "1",
    ]);
    expect(undated.err).toContain("--trades: expected a closeAt of each trade");
  });

  it("wants a file, and names line and expectation", async () => {
    expect(await shoalHere(["metrics", "--json"])).toMatchObject({
      code: 2,
      json: { error: { field: "--returns", exitCode: 2 } },
    });
  });
});

describe("profit shared out", () => {
  it("by exit reason of freqtrade's results, in a table with its total", async () => {
    const trades = [
      { pair: "A/B", profit_abs: 5, profit_ratio: 0.05, exit_reason: "roi" },
      { pair: "A/B", profit_abs: -2, profit_ratio: -0.02, exit_reason: "stop_loss" },
      { pair: "C/B", profit_abs: 1, profit_ratio: 0.01, exit_reason: "roi" },
    ];
    const path = file("results.json", JSON.stringify({ strategy: { mine: { trades } } }));
    const { out } = await shoalHere(["metrics", "--trades", path, "--by", "exitReason"]);
    expect(out).toMatch(/^roi +2 +3\.00 % +6\.00000 .* 2 +0 +0 +100\.00 %$/m);
    expect(out).toMatch(/^TOTAL +3 +1\.33 % +4\.00000 /m);
    const { json } = await shoalHere(["metrics", "--trades", path, "--by", "pair", "--json"]);
    expect(json).toMatchObject({
      by: "pair",
      rows: [
        { key: "A/B", profit: 3 },
        { key: "C/B", profit: 1 },
      ],
      total: { trades: 3 },
    });
  });
});

describe("files of returns", () => {
  it.each([
    ["numbers", "0.1\n-0.2\n", [0.1, -0.2], undefined],
    [
      "percent, semicolons, blank lines, CRLF",
      "# mine\r\nday;ret\r\n2021-01-01;1%\r\n\r\n2021-01-02;-2.5%\r\n",
      [0.01, -0.025],
      [1609459200000, 1609545600000],
    ],
    [
      "pct_change's first line and unnamed index",
      ",0\n2021-01-01,\n2021-01-02,0.5\n",
      [0.5],
      [1609545600000],
    ],
    [
      "epoch seconds without a header",
      "1609459200,0.1\n1609545600,0.2\n",
      [0.1, 0.2],
      [1609459200000, 1609545600000],
    ],
    [
      "equity among other columns",
      "ts_ms,cash,equity\n1609459200000,1,100\n1609545600000,1,150\n",
      [0.5],
      [1609545600000],
    ],
  ])("%s", (_, text, returns, at) => {
    const found = readReturns("--returns", file("some.csv", text));
    expect(found.returns).toEqual(returns);
    expect(found.at).toEqual(at);
    expect(readReturns("--returns", file("some.csv.gz", gzipSync(text))).returns).toEqual(returns);
  });

  it.each([
    [
      "date,return\n2021-01-01,0.1\n2021-01-02,abc\n",
      /some\.csv:3: expected a return as a ratio .* found "abc"/,
    ],
    ["0.1\n-1.5\n", /some\.csv:2: expected a return as a ratio .* at least -1, found "-1.5"/],
    ["2021-01-02,0.1\n2021-01-01,0.1\n", /some\.csv:2: expected a time after that of the line before/],
    ["date,return\n2021-13-01,0.1\n", /some\.csv:2: expected a date such as 2026-01-31/],
    ["a,b,c\n1,2,3\n", /some\.csv:1: expected a column named return or equity, found "a,b,c"/],
    ["1,2,3\n", /some\.csv:1: expected one number, or a date and a number/],
    ["return\n0.1\n0.1,0.2\n", /some\.csv:3: expected 1 cells/],
    ["", /--returns: expected a file with numbers in it/],
    ["date,return\n", /--returns: expected lines behind the header/],
    ["equity\n100\n0\n", /some\.csv:3: expected equity above 0/],
  ])("%j is refused", (text, message) => {
    expect(() => readReturns("--returns", file("some.csv", text))).toThrow(message);
  });

  it("a file that is not there is refused by its option", () => {
    expect(() => readReturns("--benchmark", "/nowhere.csv")).toThrow(/--benchmark: expected a file .*ENOENT/);
  });

  it("hours become days, unless periods are given; weeks need them", () => {
    const hours = Array.from({ length: 48 }, (_, i) => `${1609459200 + (i + 1) * 3_600},0.01`).join("\n");
    const path = file("hours.csv", hours);
    expect(alignedReturns(path, undefined, undefined)).toMatchObject({
      compounded: true,
      at: [1609459200000, 1609545600000],
    });
    expect(alignedReturns(path, undefined, undefined).returns[0]).toBeCloseTo(1.01 ** 24 - 1, 12);
    expect(alignedReturns(path, undefined, 8_760).returns).toHaveLength(48);
    const weeks = file("weeks.csv", "2021-01-01,0.1\n2021-01-08,0.1\n");
    expect(() => alignedReturns(weeks, undefined, undefined)).toThrow("--periods: expected how many returns");
    expect(() => alignedReturns(path, weeks, 8_760)).toThrow(
      "--benchmark: expected times that --returns has too",
    );
  });
});

describe("files of trades", () => {
  it("reads the JSON of a backtest and of freqtrade, and CSV", () => {
    const ours = { trades: [{ openAt: 1609459200000, closeAt: 1609545600000, profitRatio: 0.1, tag: "x" }] };
    const theirs = [
      { open_date: "2021-01-01 00:00:00+00:00", close_date: "2021-01-02", profit_abs: 5, profit_ratio: 0.1 },
    ];
    const [a] = readTrades("--trades", file("ours.json", JSON.stringify(ours)));
    const [b] = readTrades("--trades", file("theirs.json", JSON.stringify(theirs)));
    const times = { openAt: 1609459200000, closeAt: 1609545600000, mae: NaN };
    expect(a).toMatchObject({ profit: 0.1, profitRatio: 0.1, ...times });
    expect(b).toMatchObject({ profit: 5, profitRatio: 0.1, ...times });
    const [c] = readTrades("--trades", file("t.csv", "pnl,mae\n-3,0.02\n"));
    expect(c).toMatchObject({ profit: -3, profitRatio: NaN, mae: 0.02 });
  });

  it.each([
    ["t.csv", "side\nlong\n", /t\.csv:1: expected a column named profit or profitRatio/],
    ["t.csv", "profit\nx\n", /t\.csv:2: expected a profit in quote, found "x"/],
    ["t.json", '{"trades":[{"tag":"x"}]}', /trades\[0\]: expected profit or profitRatio/],
    ["t.json", "{", /--trades: expected JSON/],
  ])("%s with %j is refused", (name, text, message) => {
    expect(() => readTrades("--trades", file(name, text))).toThrow(message);
  });
});
