/** What is archived comes back exactly; what was changed since, by a byte or by a file, is seen. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  archiveSeries,
  dropFromArchive,
  verifyArchive,
  type Series,
} from "../../../adapters/history/archive.ts";
import { readCandles } from "../../../adapters/history/candle-file.ts";
import { readManifest } from "../../../adapters/history/manifest.ts";
import { restoreShelf, shelvesOf, type Wanted } from "../../../adapters/history/restore.ts";
import { CandleTable } from "../../../domain/history/candle-table.ts";
import { timeframes, type Timeframe } from "../../../domain/market/candle.ts";
import { describeRecorded, recordedPath } from "../../recorded.ts";
import { folder, rowsOf } from "./folder.ts";

const files = folder();
const DAY = timeframes["1d"];
const start = Date.UTC(2021, 0, 4);

const tableOf = (rows: readonly (readonly number[])[]): CandleTable => {
  const table = new CandleTable(1);
  for (const [at, open, high, low, close, volume, trades] of rows)
    table.push(at!, open!, high!, low!, close!, volume!, trades!);
  return table;
};
const hours = (from: number, to: number, volume = 0.1): CandleTable =>
  tableOf(
    Array.from({ length: to - from }, (_, i) => [
      start + (from + i) * timeframes["1h"],
      100.25,
      102,
      99,
      101,
      volume,
      from + i,
    ]),
  );
const series = (candles: CandleTable, timeframe: Timeframe = "1h"): Series => ({
  venue: "binance",
  symbol: "BTC/USDT",
  timeframe,
  candles,
});
const restored = async (archive: string, wanted: Wanted = {}): Promise<number[][][]> => {
  const shelves = await shelvesOf(archive, wanted);
  return Promise.all(shelves.map(async (shelf) => rowsOf(await restoreShelf(archive, shelf, wanted))));
};
let archives = 0;
const fresh = (): string => {
  const path = join(files.path, `archive-${(archives += 1)}`);
  mkdirSync(path);
  return path;
};

describe("an archive", () => {
  it("takes days that are over, once, and later days as they come", async () => {
    const archive = fresh();
    expect(await archiveSeries(archive, series(hours(0, 60)))).toMatchObject({
      written: 2,
      unchanged: 0,
      rows: 48,
      left: 12,
    });
    expect(await archiveSeries(archive, series(hours(0, 60)))).toMatchObject({ written: 0, unchanged: 2 });
    expect(await archiveSeries(archive, series(hours(0, 72)))).toMatchObject({
      written: 1,
      unchanged: 2,
      left: 0,
    });
    expect(await restored(archive)).toEqual([rowsOf(hours(0, 72))]);
    const within = { from: start + DAY + 1, until: start + 2 * DAY, symbols: ["BTC/USDT"], timeframe: "1h" };
    expect(await restored(archive, within)).toEqual([rowsOf(hours(25, 48))]);
    expect(await restored(archive, { symbols: ["ETH/USDT"] })).toEqual([]);
    const path = "venue=binance/instrument=binance%3ABTC%2FUSDT/timeframe=1h/date=2021-01-04/candles.parquet";
    expect((await readManifest(archive))[0]).toMatchObject({
      path,
      rows: 24,
      from: start,
      to: start + DAY - timeframes["1h"],
    });
  });

  it("keeps daily candles by year", async () => {
    const days = tableOf(
      Array.from({ length: 800 }, (_, i) => [Date.UTC(2019, 0, 1) + i * DAY, 1, 2, 0.5, 1.5, i, 0]),
    );
    const archive = fresh();
    expect(await archiveSeries(archive, series(days, "1d"))).toMatchObject({
      written: 2,
      rows: 365 + 366,
      left: 69,
    });
    expect(await restored(archive)).toEqual([rowsOf(days).slice(0, 731)]);
  });

  it("is not changed by other candles of an archived day, unless forced", async () => {
    const archive = fresh();
    await archiveSeries(archive, series(hours(0, 24)));
    await expect(archiveSeries(archive, series(hours(0, 24, 0.2)))).rejects.toThrow("--force replaces it");
    expect(await restored(archive)).toEqual([rowsOf(hours(0, 24))]);
    await archiveSeries(archive, series(hours(0, 24, 0.2)), true);
    expect(await restored(archive)).toEqual([rowsOf(hours(0, 24, 0.2))]);
    expect(await verifyArchive(archive)).toMatchObject({ files: 1, problems: [] });
  });

  it("gives every double back, short decimals or not", async () => {
    const value = fc.oneof(
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      fc
        .tuple(fc.integer({ min: 1, max: 1e9 }), fc.nat(8))
        .map(([whole, decimals]) => Number(`${whole}e-${decimals}`)),
    );
    const row = fc.tuple(value, value, value, value, value, fc.nat(1e6));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 24, maxLength: 24 }), async (cells) => {
        const archive = fresh();
        const rows = cells.map((each, i) => [start + i * timeframes["1h"], ...each]);
        await archiveSeries(archive, series(tableOf(rows)));
        expect(await restored(archive)).toEqual([rows]);
      }),
      { numRuns: 10 },
    );
  });
});

describe("what happened to an archive", () => {
  const made = async (): Promise<{ readonly archive: string; readonly paths: readonly string[] }> => {
    const archive = fresh();
    await archiveSeries(archive, series(hours(0, 72)));
    return { archive, paths: (await readManifest(archive)).map(({ path }) => path) };
  };

  it("is seen, whichever byte of whichever file it was", async () => {
    const { archive, paths } = await made();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, at, flip) => {
          const whole = readFileSync(join(archive, path));
          const bent = Buffer.from(whole);
          bent[at % bent.length]! ^= flip;
          writeFileSync(join(archive, path), bent);
          expect((await verifyArchive(archive)).problems).toEqual([{ path, what: "damaged" }]);
          await expect(restored(archive)).rejects.toThrow(
            `${path}: expected the file that was archived, found "damaged"`,
          );
          writeFileSync(join(archive, path), whole);
        },
      ),
      { numRuns: 20 },
    );
    expect((await verifyArchive(archive)).problems).toEqual([]);
  });

  it("is seen: a file gone, a file too many, a manifest changed or not there", async () => {
    const { archive, paths } = await made();
    const extra = join(dirname(dirname(join(archive, paths[0]!))), "date=2031-01-01", "candles.parquet");
    mkdirSync(dirname(extra));
    writeFileSync(extra, readFileSync(join(archive, paths[0]!)));
    rmSync(join(archive, paths[1]!));
    expect((await verifyArchive(archive)).problems).toEqual([
      { path: paths[1], what: "missing" },
      { path: paths[0]!.replace("2021-01-04", "2031-01-01"), what: "not in the manifest" },
    ]);
    const manifest = join(archive, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"rows": 24', '"rows": 25'));
    await expect(verifyArchive(archive)).rejects.toThrow("expected the list that was written");
    await expect(verifyArchive(fresh())).rejects.toThrow("a folder with an archive in it");
  });

  it("was wanted: files dropped are gone from the manifest and the disk", async () => {
    const { archive, paths } = await made();
    await dropFromArchive(archive, (await readManifest(archive)).slice(0, 2));
    expect(await verifyArchive(archive)).toMatchObject({ files: 1, problems: [] });
    expect(readdirSync(dirname(dirname(join(archive, paths[0]!))))).toEqual(["date=2021-01-06"]);
    expect(await restored(archive)).toEqual([rowsOf(hours(48, 72))]);
  });
});

describeRecorded("candles-bybit-1m-2025-06", () => {
  it("takes less than 20 bytes a candle and gives all of them back", async () => {
    const { candles, timeframe } = await readCandles(
      recordedPath("candles-bybit-1m-2025-06/BTC_USDT-1m.csv.gz"),
    );
    const archive = fresh();
    const told = await archiveSeries(archive, series(candles, timeframe));
    expect(told.left).toBe(0);
    expect(told.bytes / told.rows).toBeLessThan(20);
    expect(await restored(archive)).toEqual([rowsOf(candles)]);
  });
});
