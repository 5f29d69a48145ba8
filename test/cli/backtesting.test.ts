/** `shoal backtesting` over files as people have them and over recorded markets, and what it refuses. */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const FROM = 1_609_459_200_000; // 2021-01-01

/** A price that swings, so that averages cross. */
const rowsOf = (count: number, span: number, phase = 0): number[][] =>
  Array.from({ length: count }, (_, k) => {
    const price = (at: number): number => Math.round((100 + 10 * Math.sin((at + phase) / 40)) * 100) / 100;
    const [open, close] = [price(k), price(k + 1)];
    return [FROM + k * span, open, Math.max(open, close) + 0.05, Math.min(open, close) - 0.05, close, 5];
  });

const file = (name: string, rows: readonly (readonly number[])[]): string => {
  const path = join(folder.path, name);
  writeFileSync(path, `ts_ms,open,high,low,close,volume\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  return path;
};
const minute = 60_000;
const one = file("A_USDT-5m.csv", rowsOf(2_000, 5 * minute));
file("B_USDT-5m.csv", rowsOf(2_000, 5 * minute, 60));

const cross = ["backtesting", "--strategy", "moving-average-cross"];

interface Answer {
  readonly conventions: Record<string, string>;
  readonly candles: number;
  readonly candlesPerSecond: number;
  readonly trades: readonly { readonly pair: string; readonly profit: number; readonly openAt: number }[];
  readonly equity: readonly (readonly [number, number])[];
  readonly metrics: Record<string, number>;
  readonly profitTotalRatio: number;
  readonly orderListHash: string;
  readonly params: Record<string, unknown>;
  readonly notes: readonly string[];
}

describe("shoal backtesting", () => {
  it("answers with all that the run was and came to; the same again, and another hash with other fees", async () => {
    const args = [...cross, "--candles", one, "--starting-balance", "1000", "--json"];
    const [first, second, dearer] = await Promise.all([
      shoalHere(args),
      shoalHere(args),
      shoalHere([...args, "--fee-bps", "30", "--accounting", "float"]),
    ]);
    expect(first.code).toBe(0);
    const found = first.json as unknown as Answer;
    expect(found.candles).toBe(2_000);
    expect(found.params["timeframe"]).toBe("5m");
    expect(Object.keys(found.conventions)).toEqual(
      expect.arrayContaining(["fills", "fees", "slippage", "accounting"]),
    );
    expect(found.trades.length).toBeGreaterThan(5);
    const profit = found.trades.reduce((sum, trade) => sum + trade.profit, 0);
    expect(found.equity.at(-1)![1]).toBeCloseTo(1_000 + profit, 6);
    expect(found.profitTotalRatio).toBeCloseTo(profit / 1_000, 9);
    expect(found.metrics["totalReturn"]).toBeCloseTo(found.profitTotalRatio, 9);
    expect(found.metrics["trades"]).toBe(found.trades.length);
    expect(found.orderListHash).toMatch(/^[0-9a-f]{64}$/);
    expect(second.json["orderListHash"]).toBe(found.orderListHash);
    expect(second.json["trades"]).toEqual(found.trades);
    expect(dearer.json["orderListHash"]).not.toBe(found.orderListHash);
  });

  it("takes every pair of a folder, a coarser timeframe and a range", async () => {
    const range = ["--timeframe", "15m", "--timerange", "20210103-20210106"];
    const { code, json } = await shoalHere([
      ...cross,
      "--candles",
      folder.path,
      "--pairs",
      "A/USDT,B/USDT",
      ...range,
      "--json",
    ]);
    expect(code).toBe(0);
    const found = json as unknown as Answer;
    expect(new Set(found.trades.map(({ pair }) => pair))).toEqual(new Set(["A/USDT", "B/USDT"]));
    const from = Date.parse("2021-01-03T00:00:00Z");
    expect(Math.min(...found.trades.map(({ openAt }) => openAt))).toBeGreaterThanOrEqual(from);
    expect(found.equity[0]![0]).toBe(from + 15 * minute);
    expect(found.equity.at(-1)![0]).toBe(Date.parse("2021-01-06T00:00:00Z"));
    expect(found.notes).toContain("A_USDT-5m.csv: 15m made of 5m");
  });

  it("numbers the instruments in the order of --pairs", async () => {
    const run = async (pairs: string) => {
      const { json } = await shoalHere([
        ...[
          "backtesting",
          "--strategy",
          "pairs",
          "--params",
          '{"hedge":"kalman","length":20,"entry":0.5,"exit":0}',
          "--candles",
          folder.path,
        ],
        ...["--timeframe", "5m", "--pairs", pairs, "--json"],
      ]);
      return json as unknown as { markets: { pair: string }[]; orderListHash: string };
    };
    const [given, turned] = await Promise.all([run("A/USDT,B/USDT"), run("B/USDT,A/USDT")]);
    expect(turned.markets.map(({ pair }) => pair)).toEqual(["B/USDT", "A/USDT"]);
    expect(turned.orderListHash).not.toBe(given.orderListHash);
  });

  it("prints a summary for people", async () => {
    const { out, code } = await shoalHere([...cross, "--candles", one]);
    expect(code).toBe(0);
    expect(out).toContain("next-open");
    expect(out).toMatch(/profit|Profit/);
  });

  it("refuses what cannot be run, by the option's name", async () => {
    const refused: readonly (readonly [args: readonly string[], message: string])[] = [
      [["--strategy", "nobody", "--candles", one], "strategy: expected one of"],
      [["--strategy", "mean-reversion"], "--candles: expected a file or folder of candles"],
      [["--strategy", "mean-reversion", "--candles", one, "--params", '{"entry":99}'], "--params.entry"],
      [
        ["--strategy", "mean-reversion", "--candles", one, "--timerange", "2021"],
        "--timerange: expected a range",
      ],
      [
        ["--strategy", "mean-reversion", "--candles", one, "--timeframe", "1m"],
        "--timeframe: expected one that",
      ],
      ...["--trailing-stop-positive=0.01", "--trailing-stop-positive-offset=0.02"].map(
        (option) =>
          [
            ["--strategy", "mean-reversion", "--candles", one, option],
            `${option.split("=")[0]!}: expected --trailing-stop beside it`,
          ] as const,
      ),
      [
        ["--strategy", "mean-reversion", "--candles", one, "--starting-base", "1"],
        "--starting-base: expected none beside --candles",
      ],
    ];
    await Promise.all(
      refused.map(async ([args, message]) => {
        const { code, err } = await shoalHere(["backtesting", ...args]);
        expect(err).toContain(message);
        expect(code).toBe(2);
      }),
    );
  });

  it("refuses broken candles by place, mends double ones and says so", async () => {
    const rows = rowsOf(300, minute);
    const high = rows.map((row, k) => (k === 100 ? [...row.slice(0, 2), 1, ...row.slice(3)] : row));
    const twice = file("C_USDT-1m.csv", [...rows.slice(0, 50), rows[49]!, ...rows.slice(50)]);
    const [broken, mended] = await Promise.all([
      shoalHere([...cross, "--candles", file("D_USDT-1m.csv", high)]),
      shoalHere([...cross, "--candles", twice, "--json"]),
    ]);
    expect(broken.code).toBe(2);
    expect(broken.err).toContain("broken at 2021-01-01T01:40:00.000Z");
    expect(mended.code).toBe(0);
    expect(mended.json["candles"]).toBe(300);
    expect(mended.json["notes"]).toEqual(["C_USDT-1m.csv: 1 candles were there twice, one of each was used"]);
  });
});

const recorded = resolve(process.env["SHOAL_DATA"] ?? "../shared/data", "candles-binance-1h-2020-12_2021-05");

describe.skipIf(!existsSync(recorded))("over recorded markets", () => {
  it("30 instruments of an hour: equity adds up, and what is odd is said or left out", async () => {
    const args = ["--strategy", "mean-reversion", "--candles", recorded, "--json"];
    const { code, json } = await shoalHere(["backtesting", ...args]);
    expect(code).toBe(0);
    const found = json as unknown as Answer & { readonly markets: readonly unknown[] };
    expect(found.markets).toHaveLength(30);
    const profit = found.trades.reduce((sum, trade) => sum + trade.profit, 0);
    expect(found.equity.at(-1)![1]).toBeCloseTo(10_000 + profit, 4);
    expect(found.notes.some((note) => note.includes("odd-ETH_USDT"))).toBe(true);
  });
});
