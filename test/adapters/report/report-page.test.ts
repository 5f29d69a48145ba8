/** The HTML report: whole by itself, well-formed, closed to markup from outside, and its charts' data right and small. */
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import type { ChartData } from "../../../adapters/report/chart-data.ts";
import { reportPage } from "../../../adapters/report/report-page.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import type { MarketCandles } from "../../../domain/reports/market.ts";
import { summaryOf } from "../../../domain/reports/summary.ts";
import { worked } from "../../domain/reports/worked.ts";
import { generated } from "./generated.ts";

const version = "1.2.3";
const MINUTES = 5 * 60_000;

/** Two waves on a slope: the same numbers each time. */
const market = (pair: string, length: number, phase: number): MarketCandles => {
  const candles = new CandleTable(length);
  const price = (i: number): number =>
    100 + i / 2_000 + 20 * Math.sin(i / 900 + phase) + 4 * Math.sin(i / 40);
  for (let i = 0; i < length; i += 1) {
    const [open, close] = [price(i), price(i + 1)];
    const [high, low] = [Math.max(open, close) + 0.5, Math.min(open, close) - 0.5];
    candles.push(Date.UTC(2021, 0, 1) + i * MINUTES, open, high, low, close, 10, 1);
  }
  return { pair, timeframe: "5m", candles };
};

const dataOf = (page: string): ChartData =>
  JSON.parse(/<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page)![1]!) as ChartData;

const scriptsOf = (page: string): readonly string[] =>
  [...page.matchAll(/<script>([^]*?)<\/script>/g)].map((found) => found[1]!);

const empty = new Set(["meta", "input", "!doctype"]);

/** Throws where an element is closed that is not the innermost open one. */
const balance = (page: string): void => {
  const open: string[] = [];
  const markup = page.replace(/<(script|style)\b[^>]*>[^]*?<\/\1>/g, "");
  for (const [, slash, name] of markup.matchAll(/<(\/?)([a-z!][a-z0-9]*)[^<>]*>/gi)) {
    const tag = name!.toLowerCase();
    if (empty.has(tag)) continue;
    if (slash === "") open.push(tag);
    else if (open.pop() !== tag) throw new Error(`</${tag}> closes nothing`);
  }
  expect(open).toEqual([]);
  expect(markup.replace(/<\/?[a-z!][^<>]*>/gi, "")).not.toMatch(/[<>]/);
};

const markets = [market("A/USDT", 3_000, 0), market("B/USDT", 3_000, 1)];
const report = generated(markets);
const page = reportPage(report, { markets, version });

describe("the page", () => {
  it("asks for nothing else, and may not", () => {
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`,
    );
    expect(page).not.toMatch(/https?:|\ssrc=|\shref=|url\(|@import|<link|<img|<iframe|sourceMappingURL/);
    expect(scriptsOf(page).join()).not.toMatch(
      /\bfetch\(|XMLHttpRequest|\bimport\b\s*[({"]|WebSocket|eval\(/,
    );
  });

  it("is well-formed, and its script is one that a browser takes", () => {
    balance(page);
    const [script, ...others] = scriptsOf(page);
    expect(others).toEqual([]);
    expect(() => new Script(script!)).not.toThrow();
    expect(script).toContain("Permission is hereby granted");
  });

  it("has every part that the script looks for", () => {
    for (const [, id] of page.matchAll(/element\("([a-z-]+)"\)/g)) expect(page).toContain(`id="${id}"`);
    for (const part of ["body", "status", "pair", "reason", "previous", "next"])
      expect(page).toContain(`data-part="${part}"`);
  });

  it("says the figures of the summary", () => {
    for (const text of [
      "Max drawdown, by convention",
      "Exit reason stats",
      "risk-free 0",
      `Shoal ${version}`,
    ])
      expect(page).toContain(text);
    expect(page.replace(/<script[^]*?<\/script>/g, "")).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

it("takes no markup from outside", () => {
  const evil = `</script><script>alert("1")</script>&'`;
  const trades = report.trades.map((trade) => ({ ...trade, tag: evil, exitReason: evil, pair: evil }));
  const attacked = reportPage(
    {
      ...report,
      trades,
      strategy: evil,
      params: { [evil]: evil },
      conventions: { [evil]: evil },
      refusals: { [evil]: 1 },
      markets: [{ pair: evil, change: null }],
    },
    { markets: markets.map((each) => ({ ...each, pair: evil })), version },
  );
  expect(scriptsOf(attacked)).toEqual(scriptsOf(page));
  expect(attacked.replace(/<script>[^]*?<\/script>/g, "")).not.toContain('alert("1")');
  balance(attacked);
  expect(dataOf(attacked).trades).toMatchObject({ tags: [evil], exitReasons: [evil], pairs: [evil] });
});

it("says so where nothing was traded, and shows no prices without candles", () => {
  const idle = reportPage({ ...worked, trades: [], equity: { at: [], value: [] } }, { version });
  balance(idle);
  expect(idle).toContain("Nothing was bought or sold");
  for (const id of ["price", "profits", "trades"]) expect(idle).not.toContain(`id="${id}"`);
  expect(idle.replace(/<script[^]*?<\/script>/g, "")).not.toMatch(/NaN|Infinity|undefined|null/);
});

describe("a hundred thousand candles and thousands of trades", () => {
  const many = [0, 1, 2, 3, 4].map((phase) => market(`${phase}/USDT`, 120_000, phase));
  const large = generated(many, { slow: 30, stop: 0.04, feeBps: 10 });
  const text = reportPage(large, { markets: many, version });
  const data = dataOf(text);

  it("stay small, and lose no extreme", () => {
    expect(large.trades.length).toBeGreaterThan(2_000);
    expect(text.length).toBeLessThan(2_500_000);
    expect(data.equity.at.length).toBeLessThan(12_010);
    expect(data.equity.hold).toHaveLength(data.equity.at.length);
    const summary = summaryOf(large);
    expect(Math.max(...data.equity.value)).toBeCloseTo(summary.maxBalance, 2);
    expect(Math.min(...data.equity.value)).toBeCloseTo(summary.minBalance, 2);
    expect(-Math.min(...data.underwater.value)).toBeCloseTo(summary.maxUnderwater, 6);
    expect(data.equity.value.at(-1)).toBeCloseTo(summary.finalBalance, 2);
  });

  it("give coarser candles that hold all highs and lows, and are named so", () => {
    for (const [i, { high, low, steps, timeframe, step }] of data.prices.entries()) {
      expect(timeframe).toBe("4h");
      expect(step).toBe(4 * 3_600);
      expect(steps.every((each) => each === 1)).toBe(true);
      // The last, which is not whole, is left out.
      const whole = many[i]!.candles.rows(0, high.length * 48);
      expect(Math.max(...high)).toBeCloseTo(
        whole.high.reduce((a, b) => Math.max(a, b)),
        5,
      );
      expect(Math.min(...low)).toBeCloseTo(
        whole.low.reduce((a, b) => Math.min(a, b)),
        5,
      );
    }
    expect(text).toContain("4h candles;");
  });

  it("count every trade once in each distribution, and in the table", () => {
    const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);
    expect(sum(data.profits.counts)).toBe(large.trades.length);
    expect(sum(data.durations.counts)).toBe(large.trades.length);
    expect(data.trades.openAt).toHaveLength(large.trades.length);
    const [first] = large.trades;
    expect(data.trades.pairs[data.trades.pair[0]!]).toBe(first!.pair);
    expect(data.trades.profit[0]).toBeCloseTo(first!.profit, 6);
  });
});
