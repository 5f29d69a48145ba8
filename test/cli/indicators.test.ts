/** `shoal indicators` over files of candles as people have them, and what it refuses. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const file = (name: string, text: string | Buffer): string => {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
};

const FROM = 1_622_505_600_000;
const rows = [10, 20, 60, 40].map((close, k) => [FROM + k * 60_000, close, close + 1, close - 1, close, 5]);
const csv = ["ts_ms,open,high,low,close,volume", ...rows.map((row) => row.join(","))].join("\n");

describe("shoal indicators", () => {
  it("computes one over packed CSV and over freqtrade's JSON: the same numbers, nothing before the lookback", async () => {
    const expected = [
      "ts_ms,sma",
      `${FROM},`,
      `${FROM + 60_000},15`,
      `${FROM + 120_000},40`,
      `${FROM + 180_000},50`,
    ];
    for (const path of [
      file("A_B-1m.csv.gz", gzipSync(`${csv}\n`)),
      file("A_B-1m.json", JSON.stringify(rows)),
    ]) {
      const { code, out, err } = await shoalHere([
        "indicators",
        "sma",
        "timeperiod=2",
        "--candles",
        path,
        "--csv",
      ]);
      expect(err).toBe("");
      expect(code).toBe(0);
      expect(out.trim().split("\n")).toEqual(expected);
    }
  });

  it("takes a second file for two series, on the times that both have", async () => {
    const one = file("one.csv", csv);
    const twice = rows.slice(1).map((row) => row.map((x, k) => (k === 0 ? x : 2 * x)));
    const other = file(
      "other.csv",
      ["ts_ms,open,high,low,close,volume", ...twice.map((row) => row.join(","))].join("\n"),
    );
    const { json } = await shoalHere([
      "indicators",
      "correl",
      "timeperiod=2",
      "--candles",
      one,
      "--with",
      other,
      "--json",
    ]);
    expect(json["at"]).toEqual([FROM + 60_000, FROM + 120_000, FROM + 180_000]);
    expect(json["values"]).toEqual({ correl: [null, 1, 1] });
  });

  it("lists the candles in which a condition holds", async () => {
    const path = file("where.csv", csv);
    const where = ["indicators", "--where", "close > close[1] and close < 50", "--candles", path];
    const { json, err } = await shoalHere([...where, "--json"]);
    expect(err).toBe("");
    expect(json).toMatchObject({ lookback: 1, candles: 4, known: 3, holds: 1, at: [FROM + 60_000] });
  });

  it.each([
    ["a cell that is no number", ["sma", "--candles", "bad.csv"], /bad\.csv:3 close: .*"x"/],
    ["a time that goes back", ["sma", "--candles", "back.csv"], /back\.csv candle 2: expected a time after/],
    ["an unknown parameter", ["sma", "length=3", "--candles", "good.csv"], /length/],
    ["an unknown name", ["smaa"], /smaa/],
    [
      "a second file where one is read",
      ["sma", "--candles", "good.csv", "--with", "good.csv"],
      /with: expected an indicator of two/,
    ],
    [
      "half a condition",
      ["--where", "close >", "--candles", "good.csv"],
      /where character 8: expected a number/,
    ],
  ] as const)("refuses %s by name", async (_, args, message) => {
    file("good.csv", csv);
    file("bad.csv", csv.replace(",20,5", ",x,5"));
    file("back.csv", [csv.split("\n")[0], rows[1]!.join(","), rows[0]!.join(",")].join("\n"));
    const given = args.map((arg) => (arg.endsWith(".csv") ? join(folder.path, arg) : arg));
    const { code, err } = await shoalHere(["indicators", ...given]);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
