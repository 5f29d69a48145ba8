/** Downloads of trades: from the sandbox over Binance's wire, and from made-up venues of other habits, broken off and begun again. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../adapters/clock/clock.ts";
import {
  downloadTrades,
  type PastTrades,
  type TradeDownload,
} from "../../../adapters/history/download-trades.ts";
import { readTrades, writeTrades } from "../../../adapters/history/trade-file.ts";
import { Blocked } from "../../../adapters/venue/outcome.ts";
import { TradeTable } from "../../../domain/history/trade-table.ts";
import type { InstrumentId } from "../../../domain/values/values.ts";
import { shoalHere } from "../../cli/command.ts";
import { startRig } from "../venue/rig.ts";
import { folder } from "./folder.ts";

const files = folder();
const instrument = "x:A/B" as InstrumentId;
const start = Date.UTC(2021, 4, 19);
const HOUR = 3_600_000;

type Row = readonly [at: number, price: number, id: number];
const tableOf = (rows: readonly Row[]): TradeTable => {
  const table = new TradeTable(1);
  for (const [at, price, id] of rows) table.push(at, price, 1, 1, id);
  return table;
};
const rowsOf = ({ length, at, price, id }: TradeTable): Row[] =>
  Array.from({ length }, (_, row) => [at[row]!, price[row]!, id[row]!]);

/** Gives at most `most` at a time; `reach`: only what lies within so many ms of the time asked for. */
const venueOf = (rows: readonly Row[], most: number, reach = Infinity): PastTrades & { asked: number[] } => {
  const asked: number[] = [];
  const pastTrades: PastTrades["pastTrades"] = (_instrument, since) => {
    asked.push(since);
    return Promise.resolve(tableOf(rows.filter(([at]) => at >= since && at < since + reach).slice(0, most)));
  };
  return { asked, pastTrades };
};
let named = 0;
const task = (market: PastTrades, own: Partial<TradeDownload> = {}): TradeDownload => {
  named += 1;
  return {
    ...{ market, clock: systemClock, instrument, from: start, until: start + 12 * HOUR },
    ...{ path: join(files.path, String(named), "A_B-trades.csv.gz"), ...own },
  };
};

describe("downloadTrades", () => {
  it("takes every trade once, whatever a page holds, numbered or not, broken off anywhere", async () => {
    const step = fc.record({
      wait: fc.constantFrom(0, 0, 1, 900, 90_000, 2 * HOUR),
      price: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 30 }),
        async (steps, numbered, stopAfter) => {
          let at = start;
          const rows = steps.map(({ wait, price }, k): Row => [(at += wait), price, numbered ? k + 1 : 0]);
          // More at one time than a page holds cannot be had.
          const most = Math.max(2, ...rows.map(([time]) => rows.filter((row) => row[0] === time).length + 1));
          const venue = venueOf(rows, most, HOUR);
          let pages = 0;
          const breaking: PastTrades = {
            pastTrades: (...given) =>
              (pages += 1) > stopAfter ? Promise.reject(new Error("gone")) : venue.pastTrades(...given),
          };
          const wanted = rows.filter(([time]) => time < start + 12 * HOUR);
          const one = task(breaking);
          const first = await downloadTrades(one).catch(() => undefined);
          const whole = first ?? (await downloadTrades({ ...one, market: venue }));
          expect(rowsOf(whole.trades)).toEqual(wanted);
          expect(whole.resumed + whole.fetched).toBe(wanted.length);
          // Nothing but the last millisecond is asked for again.
          const again = await downloadTrades({ ...one, market: venue });
          expect(rowsOf(again.trades)).toEqual(wanted);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("goes on where it was broken off; half a page at the end of the file counts for nothing", async () => {
    const rows = Array.from({ length: 50 }, (_, k): Row => [start + k * 1_000, 1 + k, k + 1]);
    const venue = venueOf(rows, 10);
    const one = task(venue, { until: start + 50_000 });
    const stop = ({ fetched }: { readonly fetched: number }): void => {
      if (fetched >= 18) throw new Error("power");
    };
    await expect(downloadTrades({ ...one, onPage: stop })).rejects.toThrow("power");
    const part = one.path.replace(".csv.gz", ".csv.part");
    appendFileSync(part, `${start + 18_000},99,1,buy,19\n${start + 19_000},99`);
    const got = await downloadTrades(one);
    expect(got).toMatchObject({ resumed: 18, fetched: 32, crowded: 0 });
    expect(rowsOf(got.trades)).toEqual(rows);
    expect(existsSync(part)).toBe(false);
    expect(rowsOf((await readTrades(one.path)).trades)).toEqual(rows);
  });

  it("completes a series at both ends, whose last millisecond was cut", async () => {
    const rows: Row[] = [
      [1, 5, 1],
      [2, 6, 2],
      [2, 7, 3],
      [3, 8, 4],
    ].map(([at, price, id]) => [start + at!, price!, id!]);
    const one = task(venueOf(rows, 100), { until: start + 10 });
    await writeTrades(tableOf([rows[1]!]), one.path);
    expect(rowsOf((await downloadTrades(one)).trades)).toEqual(rows);
  });

  it("tells a millisecond that a page cannot hold, and ends where a venue has only its newest", async () => {
    const crowd = Array.from({ length: 1_200 }, (_, k): Row => [start, 1, k + 1]);
    expect(await downloadTrades(task(venueOf(crowd, 1_000)))).toMatchObject({ crowded: 1, fetched: 1_000 });
    const newest: PastTrades = {
      pastTrades: () =>
        Promise.resolve(
          tableOf([
            [start - 5, 1, 1],
            [start - 3, 1, 2],
          ]),
        ),
    };
    expect(await downloadTrades(task(newest))).toMatchObject({ fetched: 0, pages: 1 });
  });

  it("waits as long as the venue wants it to", async () => {
    const waited: number[] = [];
    const clock = {
      ...systemClock,
      after: (ms: number, run: () => void) => (waited.push(ms), queueMicrotask(run), () => undefined),
    };
    const venue = venueOf([[start, 1, 1]], 10);
    let calls = 0;
    const market: PastTrades = {
      pastTrades: (...given) =>
        (calls += 1) === 1 ? Promise.reject(new Blocked("public", 700)) : venue.pastTrades(...given),
    };
    expect(await downloadTrades(task(market, { clock, until: start + 5 }))).toMatchObject({ fetched: 1 });
    expect(waited).toEqual([700]);
  });

  it.each([
    [["--trades", "--timeframes", "1h"], "--timeframes"],
    [["--trades", "--fill-gaps"], "--fill-gaps"],
    [[], "--timeframes"],
  ])("%j: refused by name", async (more, option) => {
    const { code, err } = await shoalHere(["download-data", "--exchange", "binance", "-p", "A/B", ...more]);
    expect(code).not.toBe(0);
    expect(err).toContain(option);
  });

  it("over Binance's wire: what the sandbox replayed, from its file back into one", async () => {
    const lines = Array.from(
      { length: 1_300 },
      (_, k) => `${start + k * 700},${100 + (k % 9)},${1 + (k % 4)},${k % 3 === 0 ? "buy" : "sell"},${k + 1}`,
    );
    const path = files.put("XRP_ETH-trades.csv", ["ts_ms,price,amount,side,id", ...lines, ""].join("\n"));
    const rig = await startRig({ speed: 1_000_000, begin: "now", market: { kind: "replay", path } });
    try {
      const market = rig.market();
      await expect
        .poll(
          async () =>
            (await market.pastTrades("sandbox:XRP/ETH" as InstrumentId, start + 1_299 * 700, 10)).length,
          { timeout: 10_000 },
        )
        .toBe(1);
      const one = task(market, { instrument: "sandbox:XRP/ETH" as InstrumentId, until: start + HOUR });
      const got = await downloadTrades(one);
      expect(got).toMatchObject({ fetched: 1_300, crowded: 0 });
      const told = await shoalHere([
        ...["download-data", "--exchange", "binance", "--venue", "sandbox", "--url", rig.sandbox.url],
        ...[
          "-p",
          "XRP/ETH",
          "--trades",
          "--from",
          "2021-05-19",
          "--until",
          "2021-05-19T01:00:00Z",
          "--dir",
          files.path,
          "--json",
        ],
      ]);
      expect(told.json).toMatchObject({ series: [{ symbol: "XRP/ETH", trades: 1_300, from: start }] });
      expect(rowsOf((await readTrades(join(files.path, "sandbox/XRP_ETH-trades.csv.gz"))).trades)).toEqual(
        rowsOf(got.trades),
      );
      const plainPath = one.path.replace(".gz", "");
      await writeTrades(got.trades, plainPath);
      expect(readFileSync(plainPath, "utf8").trimEnd().split("\n").slice(1)).toEqual(lines);
    } finally {
      await rig.stop();
    }
  });
});
