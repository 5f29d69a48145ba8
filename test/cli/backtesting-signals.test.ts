/** `shoal backtesting --strategy signals` over a file: the answer, both conventions, and what is refused by which name. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { fileOf, FRAME, type Row, START } from "../simulation/signals/scenario.ts";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const rows: readonly Row[] = [
  [100, 101, 99, 100, "L", { tag: "dip" }],
  [100, 101, 99, 100],
  [101, 106, 97, 104, "S"],
  [104, 105, 103, 104],
  [104, 108, 103, 107],
  [107, 108, 106, 107],
];
const settings = { stoploss: -0.02, roi: { "0": 0.05 }, feeBps: 0 };

const write = (name: string, value: unknown): string => {
  const path = join(folder.path, name);
  const text = JSON.stringify(value);
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
};
const run = (path: string, ...more: readonly string[]) =>
  shoalHere(["backtesting", "--strategy", "signals", "--signals", path, ...more]);

describe("shoal backtesting --strategy signals", () => {
  it("answers with trades, their sum, conventions and the hash of the orders", async () => {
    const path = write("signals.json", fileOf(rows, settings));
    const args = ["--convention", "freqtrade", "--json"] as const;
    const [one, two] = await Promise.all([
      run(path, ...args),
      run(write("again.json.gz", fileOf(rows, settings)), ...args),
    ]);
    expect(one.err).toBe("");
    expect(one.code).toBe(0);
    expect(one.json).toMatchObject({
      strategy: "signals",
      candles: 6,
      conventions: { convention: "freqtrade", fees: "0 bps of each side's value", accounting: "float" },
      trades: [
        // The stop comes before the profit of the same candle: 100 * 0.98.
        {
          openAt: START + FRAME,
          closeAt: START + 2 * FRAME,
          side: "long",
          openPrice: 100,
          closePrice: 98,
          profitRatio: -0.02,
          exitReason: "stop_loss",
          tag: "dip",
        },
        // 104 * 1.02 = 106.08 on the candle after the entry.
        {
          openAt: START + 3 * FRAME,
          closeAt: START + 4 * FRAME,
          side: "short",
          openPrice: 104,
          exitReason: "stop_loss",
          tag: "",
        },
      ],
    });
    expect(one.json["profitTotalRatio"]).toBeCloseTo(-0.04, 9);
    expect(one.json["orderListHash"]).toMatch(/^[0-9a-f]{64}$/);
    expect(two.json["orderListHash"]).toBe(one.json["orderListHash"]);
  });

  it("is next-open unless another convention is named, and says so in its tables", async () => {
    const gap: readonly Row[] = [
      [100, 101, 99, 100, "L"],
      [100, 101, 99, 100],
      [97, 99, 96, 98],
      [98, 99, 97, 98],
    ];
    const path = write("gap.json", fileOf(gap, settings));
    const [honest, compared] = await Promise.all([run(path), run(path, "--convention", "freqtrade")]);
    // The candle opened below the stop at 98.
    expect(honest.out).toContain(
      "signals under next-open: 1 trades over 4 candles, total profit -3.00 % of a stake",
    );
    expect(compared.out).toContain("signals under freqtrade: 1 trades over 4 candles, total profit -2.00 %");
    expect(honest.out).toMatch(/^stop_loss +1 /m);
    expect(honest.out).toMatch(/^convention: next-open$/m);
  });

  it("tells of candles that no market could have traded", async () => {
    const path = write("odd.json", fileOf([[100, 101, 99, 105], ...rows], settings));
    const { code, err, json } = await run(path, "--json");
    expect(code).toBe(0);
    expect(err).toContain("doubtful: candles[0]: opens or closes outside of its low and high");
    expect(json["doubts"]).toEqual(["candles[0]: opens or closes outside of its low and high"]);
  });

  it("takes exits around any other strategy, and prints them with the conventions", async () => {
    // Up, over the slow average, then far below.
    const closes = [...Array.from({ length: 20 }, (_, k) => 100 - k / 10), 101, 103, 105, 90, 89, 88];
    const candles = closes.map((close, k) => {
      const open = closes[Math.max(0, k - 1)]!;
      return [START + k * FRAME, open, Math.max(open, close), Math.min(open, close), close, 10].join(",");
    });
    const path = join(folder.path, "A_USDT-5m.csv");
    writeFileSync(path, `timestamp,open,high,low,close,volume\n${candles.join("\n")}\n`);
    const params = JSON.stringify({ fast: 2, slow: 6 });
    const { json, err } = await shoalHere([
      ...[
        "backtesting",
        "-s",
        "moving-average-cross",
        "--params",
        params,
        "--candles",
        path,
        "--fee-bps",
        "0",
      ],
      ...["--stoploss", "-0.05", "--minimal-roi", '{"0":0.5}', "--json"],
    ]);
    expect(err).toBe("");
    expect(json["conventions"]).toMatchObject({
      exits: "stop at -0.05; profit at a close: 0.5 from 0 min",
    });
    const compared = await shoalHere([
      ...[
        "backtesting",
        "-s",
        "moving-average-cross",
        "--params",
        params,
        "--candles",
        path,
        "--fee-bps",
        "0",
      ],
      ...["--stoploss", "-0.05", "--minimal-roi", '{"0":0.03}', "--convention", "freqtrade", "--json"],
      ...["--html", join(folder.path, "page.html"), "--export-filename", join(folder.path, "trades.csv")],
    ]);
    // The table within the candle: 101 * 1.03 below the high of 105.
    expect(compared.json["trades"]).toMatchObject([
      {
        openPrice: 101,
        closePrice: expect.closeTo(104.03, 6) as number,
        exitReason: "roi",
        tag: "crossed-up",
      },
    ]);
    expect(compared.json).toMatchObject({
      strategy: "moving-average-cross",
      conventions: { convention: "freqtrade" },
      metrics: { trades: 1 },
    });
    expect(readFileSync(join(folder.path, "page.html"), "utf8")).toContain('id="equity"');
    expect(readFileSync(join(folder.path, "trades.csv"), "utf8").trim().split("\n")).toHaveLength(2);
    // Bought at the open after the cross, 101: 101 * 0.95.
    expect(json["trades"]).toMatchObject([
      { openPrice: 101, closePrice: expect.closeTo(95.95, 6) as number, exitReason: "stop_loss" },
    ]);
  });

  it.each([
    [["--signals", "nowhere.json", "--stoploss", "-0.1"], "--strategy: expected another one beside exits"],
    [["--signals", "nowhere.json", "--stoploss", "0.1"], "--stoploss: expected a ratio from -1 to 0"],
    [["--signals", "nowhere.json", "--minimal-roi", "{"], "--minimal-roi: expected JSON"],
    [["--signals", "nowhere.json"], "--signals: expected a file that exists"],
    [["--signals", "nowhere.json", "--fee-bps", "5"], "--fee-bps: expected none beside signals"],
    [[], "--signals: expected the file that the strategy signals shall replay"],
    [
      ["--signals", write("fine.json", fileOf(rows, settings)), "--convention", "same-close"],
      "--convention: expected freqtrade or next-open for outside signals",
    ],
    [
      ["--signals", write("late.json", late())],
      "signals[1].at: expected the open time of one of the candles",
    ],
  ])("%j is refused", async (args, message) => {
    const { code, err } = await shoalHere(["backtesting", "--strategy", "signals", ...args]);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

function late(): unknown {
  const file = fileOf(rows, settings) as { signals: { at: number }[] };
  file.signals[1]!.at += 1;
  return file;
}
