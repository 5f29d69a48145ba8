/** `shoal backtesting --trading-mode futures` with a file of funding rates: what is paid, by hand, and which options are refused. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const START = Date.UTC(2021, 0, 1);
const HOUR = 3_600_000;
const write = (name: string, lines: readonly string[]): string => {
  const path = join(folder.path, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
};
const candles = write("A_B-1h.csv", [
  "ts_ms,open,high,low,close,volume",
  ...Array.from({ length: 20 }, (_, k) => `${START + k * HOUR},100,100,100,100,1`),
]);
const rates = write("rates.csv", [
  "ts_ms,rate,mark",
  `${START},0.01,100`,
  `${START + 8 * HOUR},0.001,`,
  `${START + 16 * HOUR},-0.002,110`,
]);
write("half.ts", [
  `export const strategy = {
    name: "half", about: "half of what there is", genes: { exposure: { kind: "number", min: -1, max: 1, default: 0.5 } },
    needs: () => ({ timeframes: ["1h"], warmupCandles: 0 }),
    start: ({ exposure }) => {
      let asked = false;
      return {
        onCandle(candle, i, timeframe, desk) { if (!asked) desk.aim(i, exposure, "half"); asked = true; },
        save: () => ({}), load() {},
      };
    },
  };`,
]);
const run = (...more: readonly string[]) =>
  shoalHere([
    ...["backtesting", "-s", "half", "--strategies-dir", folder.path, "--candles", candles],
    ...["--starting-balance", "1000", "--fee-bps", "0", ...more],
  ]);

describe("shoal backtesting --trading-mode futures", () => {
  it.each([["exact"], ["float"]])("longs pay recorded rates, %s accounting", async (accounting) => {
    const futures = ["--trading-mode", "futures", "--accounting", accounting, "--json"];
    const { code, err, json } = await run(...futures, "--funding", rates);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // 5 contracts from 01:00 on, so nothing at 00:00. 5 * 100 * 0.001 paid at 08:00 at the last price, 5 * 110 * 0.002 received at 16:00.
    const carry = expect.closeTo(-0.5 + 1.1, 9) as number;
    expect(json["trades"]).toMatchObject([
      { pair: "A/B:B", side: "long", quantity: 5, carry, profit: carry },
    ]);
    expect(json["profitTotalRatio"]).toBeCloseTo(0.0006, 12);
    expect(JSON.stringify(json["conventions"])).toContain("rates.csv");
  });

  it("shorts get what longs pay, at one rate for every eight hours", async () => {
    const params = ["--params", '{"exposure":-0.5}', "--funding", "0.0001", "--json"];
    const { json } = await run("--trading-mode", "futures", ...params);
    // 500 short at 08:00 and 16:00.
    expect(json["trades"]).toMatchObject([{ side: "short", carry: expect.closeTo(0.1, 9) as number }]);
  });

  it("what a file of funding rates lacks while there are candles is told with its place; check-data tells the same", async () => {
    const holes = write("holes.csv", [
      "ts_ms,rate",
      ...[-40, -32, 0, 8, 13].map((hours) => `${START + hours * HOUR + 900},0.0001`),
    ]);
    const { code, err } = await run("--trading-mode", "futures", "--funding", holes, "--json");
    expect(code).toBe(0);
    expect(err.split("\n").filter((line) => line.startsWith(holes))).toEqual([
      `${holes}: A/B:B: 1 funding times off the grid of 8 hours, the first at 2021-01-01T13:00:00.900Z; paid as told`,
    ]);
    const short = write("short.csv", [
      "ts_ms,rate",
      `${START - 24 * HOUR + 1},0.0001`,
      `${START - 8 * HOUR},0.0001`,
    ]);
    expect((await run("--trading-mode", "futures", "--funding", short, "--json")).err).toContain(
      `${short}: A/B:B: no funding times after 2020-12-31T16:00:00.000Z; none are paid there`,
    );
    const old = write("old.csv", ["ts_ms,rate", `${START - 240 * HOUR},0.0001`]);
    expect((await run("--trading-mode", "futures", "--funding", old, "--json")).err).toContain(
      "no funding times while there are candles; none are paid",
    );
    const checked = await shoalHere(["check-data", holes, "--funding", "--json"]);
    expect([checked.code, checked.json]).toMatchObject([
      0,
      {
        sound: true,
        contracts: [
          {
            ...{ rows: 5, interval: 8 * HOUR, missing: 3 },
            findings: [
              { kind: "gap", count: 1, first: [{ at: START - 24 * HOUR, what: 3 }] },
              { kind: "off-grid", count: 1 },
            ],
          },
        ],
      },
    ]);
    expect((await shoalHere(["check-data", holes, "--funding", "--strict"])).code).toBe(1);
  });

  it("inverse contracts: equity and profits in coins, whole contracts", async () => {
    const { code, err, json } = await run(
      ...[
        "--trading-mode",
        "futures",
        "--inverse",
        "10",
        "--starting-balance",
        "3",
        "--funding",
        "0.001",
        "--json",
      ],
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // 1.5 coins at 100 are 15 contracts of 10; 1.5 * 0.001 paid at 08:00 and 16:00.
    const carry = expect.closeTo(-0.003, 9) as number;
    expect(json["quote"]).toBe("A");
    expect(json["trades"]).toMatchObject([
      { pair: "A/B:A", side: "long", quantity: 15, contractSize: 10, carry, profit: carry },
    ]);
    expect(json["profitTotalRatio"]).toBeCloseTo(-0.001, 12);
  });

  it("a strategy that reckons amounts of base refuses inverse contracts by name", async () => {
    const grid = ["backtesting", "-s", "grid", "--candles", candles, "--trading-mode", "futures"];
    const { code, err } = await shoalHere([...grid, "--inverse", "10"]);
    expect([code, err]).toEqual([2, expect.stringContaining("instruments: expected no inverse contracts")]);
  });

  it("hedge mode: two legs, each with its own funding", async () => {
    const rule = ["--params", '{"exposure":0.5}', "--funding", rates, "--position-mode", "hedge", "--json"];
    const { code, err, json } = await run("--trading-mode", "futures", ...rule);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // The strategy asks once, for the first of its instruments, which is the long leg.
    expect(json["trades"]).toMatchObject([
      { pair: "A/B:B#long", side: "long", carry: expect.closeTo(0.6, 9) as number },
    ]);
    expect(JSON.stringify(json["markets"])).toContain("A/B:B#short");
  });

  it.each([
    [["--position-mode", "hedge"], "--position-mode"],
    [["--inverse", "10"], "--inverse"],
    [["--trading-mode", "futures", "--inverse", "0"], "--inverse"],
    [["--funding", "0.0001"], "--funding"],
    [["--leverage", "3"], "--leverage"],
    [["--margin-mode", "cross"], "--margin-mode"],
    [["--borrow-rate", "5"], "--borrow-rate"],
    [["--maintenance", "1"], "--maintenance"],
    [["--trading-mode", "futures", "--leverage", "lots"], "--leverage"],
    [["--trading-mode", "futures", "--maintenance", "60"], "--maintenance"],
    [["--trading-mode", "futures", "--funding", "rates-of-nobody.csv"], "--funding"],
    [["--trading-mode", "futures", "--convention", "freqtrade"], "--trading-mode"],
  ])("%j: refused by name", async (more, option) => {
    const { code, err } = await run(...more);
    expect([code, err]).toEqual([2, expect.stringContaining(`${option}: expected`)]);
  });
});
