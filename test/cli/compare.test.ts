/** `shoal compare` on answers of backtests, freqtrade's results and CSV: figures, significance, rules that differ, mistakes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readResult } from "../../cli/performance/result-file.ts";
import { Chance } from "../../domain/values/chance.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

const DAY = 86_400_000;
const BEGIN = Date.parse("2021-01-01");

/** A backtest's answer over 300 days of four candles; `edge` deviations a day. */
const backtest = (seed: string, edge: number, fills: string): string => {
  const chance = new Chance(seed);
  let value = 1_000;
  const equity = Array.from({ length: 1_200 }, (_, i) => {
    value *= 1 + 0.005 * (chance.gaussian() + edge / 2);
    return [BEGIN + ((i + 1) * DAY) / 4, value];
  });
  const trades = [{ pair: "BTC/USDT", profit: 10, profitRatio: 0.01, openAt: BEGIN, closeAt: BEGIN + DAY }];
  return JSON.stringify({ conventions: { fills, fees: "taker 10 bps" }, equity, trades });
};

describe("shoal compare", () => {
  it("tells an edge from noise, and what was not made alike", async () => {
    const base = file("base.json", backtest("base", 0, "next-open"));
    const edge = file("edge.json", backtest("edge", 0.5, "next-open"));
    const noise = file("noise.json", backtest("noise", 0, "same-close"));
    const { code, json } = await shoalHere(["compare", base, edge, `other=${noise}`, "--json"]);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      days: 300,
      from: "2021-01-01",
      to: "2021-10-27",
      results: [{ name: "base", leftOutDays: 0, trades: { trades: 1 } }, { name: "edge" }, { name: "other" }],
      comparisons: [
        { a: "edge", b: "base", verdict: "better" },
        { a: "other", b: "base", verdict: "no difference shown" },
      ],
      differingConventions: { fills: ["next-open", "next-open", "same-close"] },
    });
    const { out } = await shoalHere(["compare", edge, base, noise]);
    expect(out).toMatch(/^300 days that all have, 2021-01-01 to 2021-10-27$/m);
    expect(out).toMatch(/^base - edge .* worse$/m);
    expect(out).toMatch(/^not made alike: fills: next-open \| next-open \| same-close$/m);
  });

  it("names a mistake", async () => {
    const base = file("base.json", backtest("base", 0, "next-open"));
    const { code, err } = await shoalHere(["compare", base]);
    expect(code).toBe(2);
    expect(err).toMatch(/results: expected two results or more, found 1/);
    expect((await shoalHere(["compare", base, base])).err).toMatch(
      /names of their own \(NAME=FILE\), found "base"/,
    );
  });
});

describe("files of results", () => {
  it("a close at midnight ends the day before", () => {
    const text = JSON.stringify({
      equity: [
        [BEGIN + DAY / 2, 100],
        [BEGIN + DAY, 110],
        [BEGIN + 2 * DAY, 99],
      ],
    });
    const { returns, at, trades } = readResult(file("two.json", text));
    expect(at).toEqual([BEGIN, BEGIN + DAY]);
    expect(returns[0]).toBeCloseTo(0.1, 12);
    expect(returns[1]).toBeCloseTo(-0.1, 12);
    expect(trades).toBeUndefined();
  });

  it("CSV by days, and freqtrade's trades over their balance", () => {
    expect(readResult(`x=${file("r.csv", "date,return\n2021-01-01,0.1\n2021-01-02,0.2\n")}`)).toMatchObject({
      name: "x",
      returns: [0.1, 0.2],
      at: [BEGIN, BEGIN + DAY],
    });
    const trade = { profit_abs: 50, profit_ratio: 0.05, open_date: "2021-01-01", close_date: "2021-01-02" };
    const freqtrade = JSON.stringify({ strategy: { mine: { starting_balance: 1_000, trades: [trade] } } });
    expect(readResult(file("f.json", freqtrade))).toMatchObject({ name: "f", at: [BEGIN + DAY] });
    expect(() => readResult(file("bad.json", "{}"))).toThrow(
      "expected equity, as `shoal backtesting --json`",
    );
    expect(() => readResult(file("bad.csv", "0.1\n0.2\n"))).toThrow("a column of times beside the returns");
  });
});
