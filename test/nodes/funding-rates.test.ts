/** Files of funding rates in the shapes that people have: what is read of each, and what is refused by which place. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readFundingRates } from "../../nodes/funding-rates.ts";
import { scratch } from "../cli/command.ts";

const folder = scratch();
afterAll(() => folder.remove());

let files = 0;
const fileOf = (content: string | Buffer, ending: string): string => {
  files += 1;
  const path = join(folder.path, `rates-${files}.${ending}`);
  writeFileSync(path, content);
  return path;
};
const BTC = "BTC/USDT:USDT";
const ETH = "ETH/USDT:USDT";
const columns = (content: string | Buffer, ending: string, pairs: readonly string[] = [BTC]) => {
  const { recorded, missing } = readFundingRates(fileOf(content, ending), pairs);
  const rates = [...recorded].map(([pair, { at, rate, mark }]) => [pair, [...at], [...rate], [...mark]]);
  return { rates, missing };
};

describe("funding rates from files", () => {
  it("CSV, in order of time, marks only where they are", () => {
    expect(columns("ts_ms,rate,mark\n1609516800000,-0.002,110\n\n1609488000000,0.0001,\n", "csv")).toEqual({
      rates: [[BTC, [1_609_488_000_000, 1_609_516_800_000], [0.0001, -0.002], [NaN, 110]]],
      missing: [],
    });
  });

  it("CSV gzipped, columns in any order, lines as Windows ends them", () => {
    const text = "rate,symbol,ts_ms\r\n0.0003,BTCUSDT,1609488000000\r\n";
    expect(columns(gzipSync(text), "csv.gz").rates).toEqual([[BTC, [1_609_488_000_000], [0.0003], [NaN]]]);
  });

  it("JSON of Binance, several contracts; who is not there is told", () => {
    const row = (symbol: string, fundingTime: number, fundingRate: string) => ({
      ...{ symbol, fundingTime, fundingRate, markPrice: "" },
    });
    const text = JSON.stringify([
      row("ETHUSDT", 1_609_488_002_000, "0.0002"),
      row("BTCUSDT", 1_609_488_001_000, "0.0001"),
    ]);
    expect(columns(text, "json", [BTC, ETH, "XRP/USDT:USDT"])).toEqual({
      rates: [
        [BTC, [1_609_488_001_000], [0.0001], [NaN]],
        [ETH, [1_609_488_002_000], [0.0002], [NaN]],
      ],
      missing: ["XRP/USDT:USDT"],
    });
  });

  it("JSON of ccxt, symbols with and without what they settle in", () => {
    const text = JSON.stringify([
      { symbol: "BTC/USDT:USDT", timestamp: 1_609_488_001_000, fundingRate: 0.0001 },
      { symbol: "BTC/USDT", timestamp: 1_609_516_802_000, fundingRate: -0.0001 },
    ]);
    expect(columns(text, "json").rates).toEqual([
      [BTC, [1_609_488_001_000, 1_609_516_802_000], [0.0001, -0.0001], [NaN, NaN]],
    ]);
  });

  it.each([
    ["ts_ms,rate\n", "csv", /at least one funding rate/],
    ["time,rate\n1,0.1\n", "csv", /a header with ts_ms and rate/],
    ["ts_ms,rate\n1609488000000,often\n", "csv", /\[0\]\.rate/],
    ["ts_ms,rate\n1609488000000,0.2\n", "csv", /a rate between -0.1 and 0.1/],
    ["ts_ms,rate\nsoon,0.0001\n", "csv", /\[0\]\.ts_ms/],
    ["ts_ms,rate,mark\n1609488000000,0.0001,-3\n", "csv", /\[0\]\.mark/],
    ["ts_ms,rate\n1609488000000,0.0001\n1609488000000,0.0002\n", "csv", /each funding time once/],
    ["ts_ms,rate\n1609488000000,0.0001\n1609488020000,0.0001\n", "csv", /each funding time once/],
    ["[{", "json", /JSON/],
  ])("%j is refused", (text, ending, message) => {
    expect(() => columns(text, ending)).toThrow(message);
  });

  it("refuses rates of nobody in particular for several contracts, and a file that is not there", () => {
    expect(() => columns("ts_ms,rate\n1609488000000,0.0001\n", "csv", [BTC, ETH])).toThrow(
      /a symbol in every row/,
    );
    expect(() => readFundingRates(join(folder.path, "none.csv"), [BTC])).toThrow(/--funding.*ENOENT/);
  });
});
