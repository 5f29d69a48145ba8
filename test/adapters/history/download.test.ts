/** Downloads from the sandbox exchange: whole, broken off in the middle, begun again, from several sides. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import { readCandles } from "../../../adapters/history/candle-file.ts";
import { download, type Download } from "../../../adapters/history/download.ts";
import { Blocked } from "../../../adapters/venue/outcome.ts";
import type { InstrumentId, Timestamp } from "../../../domain/values/values.ts";
import { shoal } from "../../cli/command.ts";
import { bentProxy, startRig, type Bent, type Rig } from "../venue/rig.ts";
import { folder, rowsOf } from "./folder.ts";

const MINUTE = 60_000;
const start = Date.UTC(2021, 4, 19);
const ROWS = 4_500;
const end = start + ROWS * MINUTE;
const instrument = "sandbox:BTC/USDT" as InstrumentId;
const files = folder();

/** At the venue ten minutes are missing in the second page. */
const isThere = (i: number): boolean => i < 1_500 || i >= 1_510;
const line = (i: number): string =>
  `${start + i * MINUTE},${100 + (i % 7)},110,90,${101 + (i % 5)},${1 + (i % 3)}`;
const all = Array.from({ length: ROWS }, (_, i) => i);
const wanted = all
  .filter(isThere)
  .map((i) => [start + i * MINUTE, 100 + (i % 7), 110, 90, 101 + (i % 5), 1 + (i % 3), 0]);

let rig: Rig;
let proxy: Bent;
beforeAll(async () => {
  const header = "ts_ms,open,high,low,close,volume";
  // What comes after `from` has not happened yet at the venue.
  const lines = [header, ...all.filter(isThere).map(line), line(ROWS), line(ROWS + 1)];
  const path = files.put("BTC_USDT-1m.csv.gz", `${lines.join("\n")}\n`);
  rig = await startRig({ speed: "max", market: { kind: "replay", path, from: end } });
  proxy = await bentProxy(rig.sandbox.url);
});
afterAll(async () => {
  await proxy.stop();
  await rig.stop();
});

const task = (path: string, own: Partial<Download> = {}): Download => ({
  ...{
    market: rig.market({ url: proxy.url }, { attemptsMax: 1 }),
    clock: systemClock,
    instrument,
    timeframe: "1m",
  },
  ...{ from: start, until: end, path: join(files.path, path), ...own },
});
const rowsIn = async (path: string): Promise<number[][]> =>
  rowsOf((await readCandles(join(files.path, path))).candles);
const breakOff = (): void => proxy.bend(/klines/, { status: 503, body: "{}" });
const mend = (): void => proxy.bend(/nothing/, { status: 200, body: "" });

describe("download", () => {
  it("fetches a series page by page, tells how far it is, and asks for nothing twice", async () => {
    const told: number[] = [];
    const got = await download(task("a/BTC_USDT-1m.csv.gz", { onPage: ({ done }) => told.push(done) }));
    expect(await rowsIn("a/BTC_USDT-1m.csv.gz")).toEqual(wanted);
    expect(got).toMatchObject({ fetched: wanted.length, resumed: 0 });
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
    expect(existsSync(join(files.path, "a/BTC_USDT-1m.csv.part"))).toBe(false);
    expect(await download(task("a/BTC_USDT-1m.csv.gz"))).toMatchObject({ fetched: 0, pages: 0 });
    // Nobody has them: they are asked for once more and the series stays as it is.
    expect(await download(task("a/BTC_USDT-1m.csv.gz", { fillGaps: true }))).toMatchObject({
      fetched: 0,
      pages: 1,
    });
  });

  it("goes on where it was broken off, and only there", async () => {
    const path = "b/BTC_USDT-1m.csv.gz";
    const part = join(files.path, "b/BTC_USDT-1m.csv.part");
    let pages = 0;
    const breaking = task(path, { onPage: () => (pages += 1) === 2 && breakOff() });
    await expect(download(breaking)).rejects.toThrow();
    mend();
    expect(existsSync(join(files.path, path))).toBe(false);
    // A process that died while it wrote leaves half a line.
    appendFileSync(part, `${start},99,11`);
    const got = await download(task(path));
    expect(got.resumed).toBe(2_000);
    expect(got.fetched).toBe(wanted.length - 2_000);
    expect(await rowsIn(path)).toEqual(wanted);
    expect(existsSync(part)).toBe(false);
  });

  it("completes a series at both ends and, if asked, inside", async () => {
    const path = "c/BTC_USDT-1m.csv.gz";
    const middle = { from: start + 1_000 * MINUTE, until: start + 2_000 * MINUTE };
    await download(task(path, middle));
    expect(await rowsIn(path)).toEqual(wanted.filter(([at]) => at! >= middle.from && at! < middle.until));
    await download(task(path));
    expect(await rowsIn(path)).toEqual(wanted);
    const holed = files.put(
      "d-1m.csv.gz",
      readFileSync(
        files.put(
          "d.csv",
          `ts_ms,open,high,low,close,volume\n${all
            .filter((i) => isThere(i) && i % 1_000 > 3)
            .map(line)
            .join("\n")}\n`,
        ),
        "utf8",
      ),
    );
    expect((await download({ ...task("x"), path: holed })).fetched).toBe(4);
    expect((await download({ ...task("x"), path: holed, fillGaps: true })).fetched).toBe(16);
    expect(rowsOf((await readCandles(holed)).candles)).toEqual(wanted);
  });

  it("goes by days over times in which the venue has nothing", async () => {
    const asked: string[] = [];
    const DAY = 1_440 * MINUTE;
    const [day, last] = [start + 400 * DAY, start + 400 * DAY + 7 * MINUTE];
    // A venue that answers with what lies within 300 candles, and has one candle in more than a year.
    const market: Download["market"] = {
      candles: (_instrument, timeframe, since) => {
        asked.push(`${timeframe} ${(since - start) / DAY}`);
        const [at, span] = timeframe === "1d" ? [day, DAY] : [last, MINUTE];
        const candle = {
          openAt: at as Timestamp,
          open: 1,
          high: 1,
          low: 1,
          close: 1,
          volume: 1,
          trades: 0,
          final: true,
        };
        return Promise.resolve(at >= since && at < since + 300 * span ? [candle] : []);
      },
    };
    const got = await download(
      task("e/BTC_USDT-1m.csv.gz", { market, from: start, until: start + 465 * DAY }),
    );
    expect(rowsOf(got.candles).map(([at]) => at)).toEqual([last]);
    expect(asked.filter((each) => each.startsWith("1d"))).toEqual(["1d 1", "1d 202", "1d 401"]);
    expect(asked.length).toBeLessThan(40);
  });

  it("waits as long as the venue, its breaker or the budget wants it to", async () => {
    const waited: number[] = [];
    const clock = {
      ...systemClock,
      after: (ms: number, run: () => void) => (waited.push(ms), queueMicrotask(run), () => undefined),
    };
    let calls = 0;
    const market: Download["market"] = {
      candles: () => {
        calls += 1;
        return calls < 3
          ? Promise.reject(new Blocked("no room", 1_000 * calls))
          : Promise.reject(new Error("gone"));
      },
    };
    await expect(download(task("f/BTC_USDT-1m.csv.gz", { market, clock }))).rejects.toThrow("gone");
    expect(waited).toEqual([1_000, 2_000]);
  });

  it("is a verb: it fetches what is final, and tells what broke it off", async () => {
    const args = [
      "download-data",
      "--exchange",
      "binance",
      "--url",
      proxy.url,
      "--venue",
      "sandbox",
      "-p",
      "BTC/USDT",
    ];
    const run = (...more: readonly string[]) =>
      shoal([...args, "--timeframes", "1m,1h", ...more, "--json"], { cwd: files.path });
    const { code, json, err } = await run("--from", "2021-05-19");
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      series: [
        {
          symbol: "BTC/USDT",
          timeframe: "1m",
          candles: wanted.length,
          missing: 10,
          from: start,
          to: end - MINUTE,
        },
        // 4,500 minutes are 75 hours.
        { symbol: "BTC/USDT", timeframe: "1h", candles: 75, missing: 0, to: start + 74 * 60 * MINUTE },
      ],
    });
    expect(await rowsIn("history/sandbox/BTC_USDT-1m.csv.gz")).toEqual(wanted);
    const unknown = await run("--from", "2021-05-19", "-p", "NO/SUCH");
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('--pairs: expected pairs that sandbox trades, found "NO/SUCH"');
    proxy.bend(/klines/, { status: 400, body: '{"code":-1121,"msg":"Invalid symbol."}' });
    const broken = await run("--from", "2021-05-18", "--until", "2021-05-20");
    mend();
    expect(broken.code).toBe(1);
    expect(broken.err).toContain("What was fetched is kept");
  }, 90_000);
});
