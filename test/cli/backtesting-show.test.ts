/** A saved backtest shown again, its trades as CSV, and what is said of a file that is none. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readTrades } from "../../cli/performance/trades-file.ts";
import { readResult } from "../../domain/reports/saved-result.ts";
import { summaryOf } from "../../domain/reports/summary.ts";
import { tradesCsv } from "../../domain/reports/trades-csv.ts";
import { savedResult, worked } from "../domain/reports/worked.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};
const saved = file("result.json", JSON.stringify(savedResult(worked)));

describe("shoal backtesting-show", () => {
  it("prints the tables that were asked for", async () => {
    const { out, err, code } = await shoalHere(["backtesting-show", saved, "--breakdown", "month,weekday"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(out).toMatch(/^BACKTESTING REPORT\nPair +Trades +Avg profit % +Tot profit USDT/);
    expect(out).toMatch(/^TOTAL +5 +4\.00 +20\.00 +2\.00 +08:48 +2 +1 +2 +40\.0$/m);
    expect(out.match(/^[A-Z ]+$/gm)).toEqual([
      "BACKTESTING REPORT",
      "LEFT OPEN TRADES REPORT",
      "ENTER TAG STATS",
      "EXIT REASON STATS",
      "MIXED TAG STATS",
      "MONTH BREAKDOWN",
      "WEEKDAY BREAKDOWN",
      "SUMMARY METRICS",
      "CONVENTIONS",
    ]);
    expect(out).toMatch(/^fills +next-open$/m);
  });

  it("answers the summary as JSON, by any convention", async () => {
    const { json } = await shoalHere(["backtesting-show", saved, "--json", "--metrics-compat", "freqtrade"]);
    expect(json).toEqual(JSON.parse(JSON.stringify(summaryOf(worked, "freqtrade"))));
  });

  it("tells what is wrong with the file, or the periods", async () => {
    const { code, err } = await shoalHere(["backtesting-show", file("none.json", "{")]);
    expect(code).toBe(2);
    expect(err).toContain("file: expected JSON");
    const decade = await shoalHere(["backtesting-show", saved, "--breakdown", "decade"]);
    expect(decade.err).toContain("--breakdown: expected some of day, week, month, year, weekday, found");
  });
});

const result = savedResult(worked);
it.each([
  [[], /^file: expected an object/],
  [{ ...result, from: "x" }, /^file: from: expected whole milliseconds/],
  [{ ...result, equity: [[1]] }, /^file: equity\[0\]\[0\]: expected/],
  [{ ...result, trades: [{}] }, /^file: trades\[0\]\.side: expected long or short/],
  [{ ...result, startingBalance: 0 }, /^file: startingBalance: expected a number above zero/],
])("names the field of what is no result: %#", (raw, message) => {
  expect(() => readResult(raw, "file")).toThrow(message);
});

it("comes back from JSON as it was, and what was not known as NaN", () => {
  const unknown = { ...worked, trades: worked.trades.map((trade) => ({ ...trade, mae: NaN })) };
  const back = readResult(JSON.parse(JSON.stringify(savedResult(unknown))), "file");
  expect({ ...back, equity: savedResult(back).equity }).toEqual(savedResult(unknown));
});

it("writes trades that `shoal metrics` reads back, whatever a tag holds", () => {
  const tag = 'a, "b"; c\n';
  const trades = worked.trades.map((trade, i) => ({ ...trade, tag: i === 0 ? tag : trade.tag, mfe: NaN }));
  const back = readTrades("--trades", file("trades.csv", tradesCsv(trades)));
  expect(back).toEqual(
    trades.map(({ profit, profitRatio, openAt, closeAt, mae, mfe, pair, side, exitReason }, i) => ({
      ...{ profit, profitRatio, openAt, closeAt, mae, mfe, pair, side, exitReason },
      tag: i === 0 ? 'a, "b"; c' : trades[i]!.tag,
    })),
  );
});
