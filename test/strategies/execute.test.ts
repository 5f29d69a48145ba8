/** `execute` as a command, over recorded candles, prints and books: what it tells of itself is what its orders and the market say. */
import { describe, expect, it } from "vitest";
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { shoalHere } from "../cli/command.ts";
import { commands } from "../docs/blocks.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";

type Row = Readonly<Record<string, number>> & { readonly ending: string; readonly of: string };
interface Answer {
  readonly told: readonly Row[];
  readonly orders: number;
  readonly refusals: Readonly<Record<string, number>>;
}

const run = async (params: object, ...options: readonly string[]): Promise<Answer> => {
  const { code, out, err } = await shoalHere([
    ...["backtesting", "--strategy", "execute", "--params", JSON.stringify(params)],
    ...options,
    "--json",
  ]);
  expect(code, err).toBe(0);
  return JSON.parse(out) as Answer;
};

describeRecorded("candles-bybit-1m-2025-06", () => {
  const file = recordedPath("candles-bybit-1m-2025-06/BTC_USDT-1m.csv.gz");
  const rows = (): number[][] =>
    gunzipSync(readFileSync(file))
      .toString("utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));

  it("twap buys a tenth at each of ten opens, beside the market's average of the same minutes", async () => {
    const all = rows();
    const from = all.findIndex(([at]) => at === Date.UTC(2025, 5, 1));
    const { told, orders } = await run(
      { minutes: 10, slices: 10, quantity: 0.05 },
      ...["--candles", file, "--timeframe", "1m", "--starting-balance", "100000", "--lot-size", "0.001"],
      ...["--timerange", "20250601-20250602"],
    );
    expect(orders).toBe(10);
    // It begins at the first close, and each part meets the next open.
    const after = all.slice(from + 1, from + 11);
    const average = after.reduce((sum, row) => sum + row[1]!, 0) / 10;
    const arrival = all[from]![4]!;
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ of: "entry", ending: "filled", filled: 0.05, orders: 10, arrival });
    expect(told[0]!["average"]).toBeCloseTo(average, 6);
    expect(told[0]!["arrivalBps"]).toBeCloseTo(1e4 * (average / arrival - 1), 6);
    const seen = after.slice(0, told[0]!["seconds"]! / 60);
    const volume = seen.reduce((sum, row) => sum + row[5]!, 0);
    const notional = seen.reduce((sum, row) => sum + ((row[2]! + row[3]! + row[4]!) / 3) * row[5]!, 0);
    expect(told[0]!["marketAverage"]).toBeCloseTo(notional / volume, 6);
  });
});

describeRecorded("trades-binance-btcusdt-2020-11-16", () => {
  const file = recordedPath("trades-binance-btcusdt-2020-11-16/BTC_USDT-trades.csv.gz");

  it("takes its part of the volume print by print, holds it and sells it again", async () => {
    const params = { algorithm: "pov", participation: 10, quantity: 0.2, minutes: 5, hold: 1 };
    const { told, refusals } = await run(params, "--trades", file, "--starting-balance", "10000");
    expect(refusals).toEqual({});
    expect(told.map(({ of, ending }) => `${of} ${ending}`)).toEqual(["entry filled", "exit filled"]);
    expect(told[0]!["filled"]).toBe(0.2);
    for (const row of told) expect(Math.abs(row["marketBps"]!)).toBeLessThan(20);
  });
});

describeRecorded("candles-bybit-1m-2025-06", () => {
  it("another strategy's aims are worked as the document says, and each parent told of", async () => {
    const { line } = commands.find(({ line: one }) => one.includes("--strategy channel-breakout --params"))!;
    const work = JSON.parse(/--execution '([^']*)'/.exec(line)![1]!) as object;
    const week = async (execution: object): Promise<Answer> => {
      const { code, out, err } = await shoalHere([
        ...["backtesting", "--strategy", "channel-breakout", "--params", '{"timeframe":"15m"}'],
        ...["--candles", recordedPath("candles-bybit-1m-2025-06/BTC_USDT-1m.csv.gz"), "--timeframe", "1m"],
        ...["--execution", JSON.stringify(execution), "--timerange", "20250602-20250609", "--json"],
        ...["--slippage", "square-root", "--starting-balance", "10000000"],
      ]);
      expect(code, err).toBe(0);
      return JSON.parse(out) as Answer;
    };
    const { told, orders } = await week({ ...work, exits: "worked" });
    const parents = told.slice(0, -1);
    expect(parents.map(({ ending, orders: parts }) => `${ending} ${parts}`)).toEqual(
      Array.from(parents, () => "filled 15"),
    );
    expect(told.at(-1)).toMatchObject({ ending: `filled ${parents.length}`, orders });
    // The same parents in one slice: aims at once, which cost more.
    const once = await week({ ...work, exits: "worked", minutes: 1, slices: 1 });
    expect(once.told).toHaveLength(told.length);
    expect(once.told.at(-1)!["shortfallBps"]).toBeGreaterThan(told.at(-1)!["shortfallBps"]!);
  });
});

describe("parameters", () => {
  it("that cannot be are refused by name", async () => {
    const { code, err } = await shoalHere([
      ...["backtesting", "--strategy", "execute", "--params", '{"algorithm":"vwap","profile":"x"}'],
      ...["--candles", recordedPath("candles-bybit-1m-2025-06/BTC_USDT-1m.csv.gz")],
    ]);
    expect(code).toBe(2);
    expect(err).toContain("--params.profile");
  });
});

/** The recorded file for one that the document names. */
const recordedFor = (named: string): string =>
  recordedPath(
    named.endsWith(".ws.gz")
      ? "orderbook-binance-spot-btcusdt-2024-08/BTC_USDT-20240808.ws.gz"
      : named.endsWith("-trades.csv.gz")
        ? "trades-binance-btcusdt-2020-11-16/BTC_USDT-trades.csv.gz"
        : "candles-bybit-1m-2025-06/BTC_USDT-5m.csv.gz",
  );

describeRecorded("orderbook-binance-spot-btcusdt-2024-08", () => {
  const written = commands.filter(
    ({ document, line }) =>
      document.endsWith("execution.md") && line.startsWith("npx shoal backtesting --strategy execute"),
  );

  it("is not the only thing that docs/execution.md runs", () => expect(written).toHaveLength(3));

  it.each(written)("$line", async ({ line }) => {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    const { code, out, err } = await shoalHere([
      ...words.slice(2).map((word) => (word.endsWith(".gz") ? recordedFor(word) : word)),
      ...["--starting-balance", "200000"],
    ]);
    expect(code, err).toBe(0);
    expect(out).toMatch(/TOLD BY THE STRATEGY\nPair +Of +Ending/);
    // Total and filled; three minutes of prints are too few for all of it by volume.
    const [, ending, total, filled] = /BTC\/USDT +entry +(\S+) +buy +([\d.]+) +([\d.]+)/.exec(out)!;
    expect(Number(filled)).toBeGreaterThan(0);
    if (!line.includes("pov")) expect([ending, filled]).toEqual(["filled", total]);
  });
});
