/** The verbs of history, one after the other as a user would: import, list, check, resample, export, convert. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it, vi } from "vitest";
import { scratch, shoalHere } from "./command.ts";

// Each command is a process of its own, and the machine may have much else to do.
vi.setConfig({ testTimeout: 90_000 });

const folder = scratch();
afterAll(() => folder.remove());
const cwd = folder.path;
const run = (...args: readonly string[]) => shoalHere([...args, "--json"], { cwd });

const start = Date.UTC(2021, 0, 4);
const HOUR = 3_600_000;
const line = (hour: number): string => `${start + hour * HOUR},100,102,99,${100 + (hour % 2)},0.1`;
const hours = (from: number, to: number): string =>
  `ts_ms,open,high,low,close,volume\n${Array.from({ length: to - from }, (_, i) => line(from + i)).join("\n")}\n`;

describe("history on the command line", () => {
  it("is imported from several files, newest first or not, and listed", async () => {
    mkdirSync(join(cwd, "raw"));
    writeFileSync(
      join(cwd, "raw", "BTC_USDT-20210105-1h.csv"),
      hours(24, 48)
        .split("\n")
        .reverse()
        .filter((each) => each !== "" && !each.startsWith("ts"))
        .join("\n"),
    );
    writeFileSync(join(cwd, "raw", "BTC_USDT-20210104-1h.csv"), hours(0, 24));
    const { code, json } = await run("import", "raw", "--venue", "binance");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      series: [{ symbol: "BTC/USDT", timeframe: "1h", candles: 48, missing: 0 }],
    });
    const path = join(cwd, "history", "binance", "BTC_USDT-1h.csv.gz");
    expect(gunzipSync(readFileSync(path)).toString()).toBe(hours(0, 48));

    const again = await run("import", "raw", "--venue", "binance");
    expect(again.code).toBe(2);
    expect(again.json).toMatchObject({ error: { message: expect.stringContaining("--force") as string } });

    writeFileSync(join(cwd, "more.csv"), hours(49, 51));
    const more = await run("import", "more.csv", "--venue", "binance", "--pair", "BTC/USDT", "--merge");
    expect(more.json).toMatchObject({ series: [{ candles: 50, missing: 1 }] });
    expect((await run("list-data")).json).toMatchObject({
      series: [
        {
          venue: "binance",
          symbol: "BTC/USDT",
          timeframe: "1h",
          candles: 50,
          missing: 1,
          from: start,
          to: start + 50 * HOUR,
        },
      ],
    });
  });

  it("is checked: 0 for gaps, 1 for them with --strict, 1 for what is broken or unreadable", async () => {
    expect((await run("check-data", "history")).code).toBe(0);
    expect((await run("check-data", "history", "--strict")).code).toBe(1);
    mkdirSync(join(cwd, "bad"));
    writeFileSync(join(cwd, "bad", "A_B-1h.csv"), hours(0, 3).replace(",102,", ",98,"));
    writeFileSync(join(cwd, "bad", "C_B-1h.csv"), hours(0, 3).replace(",102,", ",?,"));
    const { code, json } = await run("check-data", "bad");
    expect(code).toBe(1);
    expect(json).toMatchObject({
      sound: false,
      files: [
        { findings: [{ kind: "broken", count: 1, first: [{ at: start }] }] },
        { unreadable: 'C_B-1h.csv:2 high: expected a number, found "?"' },
      ],
    });
    const refused = await run("import", join("bad", "A_B-1h.csv"), "--venue", "mine");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("1 broken, first at 2021-01-04 00:00:00");
  });

  it("is resampled, exported and converted, and the same candles come back", async () => {
    const made = await run("resample", "history", "--timeframes", "4h,1d", "--out", "coarse");
    // 51 hours with one missing: 12 times 4h, 2 days; the last of each is partial.
    expect(made.json).toMatchObject({
      files: [
        { candles: 12, partial: 1, incomplete: 0 },
        { candles: 2, partial: 1 },
      ],
    });

    const may = ["--from", "2021-01-05", "--until", "2021-01-06"];
    const out = await run("export", "--venue", "binance", "--to", "freqtrade", "--out", "user_data", ...may);
    expect(out.json).toMatchObject({
      files: [{ candles: 24, from: start + 24 * HOUR, to: start + 47 * HOUR }],
    });
    const rows = JSON.parse(readFileSync(join(cwd, "user_data", "BTC_USDT-1h.json"), "utf8")) as number[][];
    expect(rows[0]).toEqual([start + 24 * HOUR, 100, 102, 99, 100, 0.1]);

    for (const [from, to, where] of [
      ["user_data", "parquet", "p"],
      ["p", "binance", "b"],
      ["b", "csv", "c"],
    ] as const)
      expect((await run("convert", from, "--to", to, "--out", where)).code).toBe(0);
    expect(readFileSync(join(cwd, "c", "BTC_USDT-1h.csv"), "utf8")).toBe(hours(24, 48));
  });
});
