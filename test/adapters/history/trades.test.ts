/** Recorded trades in and out of files and archives: what comes back is what was put away, and what is wrong is named. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { verifyArchive } from "../../../adapters/history/archive.ts";
import { archiveTrades, restoreTrades, tradeShelvesOf } from "../../../adapters/history/trade-archive.ts";
import { readTrades, tradeFiles, writeTrades } from "../../../adapters/history/trade-file.ts";
import { checkTrades } from "../../../domain/history/check-trades.ts";
import { isExpired, parseRetention } from "../../../domain/history/retention.ts";
import { TradeTable, tradesInOrder } from "../../../domain/history/trade-table.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { scratch, shoal } from "../../cli/command.ts";
import { describeRecorded, recordedPath } from "../../recorded.ts";

const folder = scratch();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);

type Row = readonly [at: number, price: number, amount: number, side: number, id: number];
const tableOf = (rows: readonly Row[]): TradeTable => {
  const table = new TradeTable(1);
  for (const row of rows) table.push(...row);
  return table;
};
const rowsOf = ({ length, ...columns }: TradeTable): readonly Row[] =>
  Array.from({ length }, (_, i) => [
    ...[columns.at[i]!, columns.price[i]!, columns.amount[i]!, columns.side[i]!, columns.id[i]!],
  ]) as unknown as Row[];

const DAY = 86_400_000;
const start = Date.UTC(2021, 4, 18);

describe("trades in files", () => {
  const row = fc.tuple(
    fc.integer({ min: start, max: start + 3 * DAY }),
    fc
      .tuple(fc.integer({ min: 1, max: 1e7 }), fc.nat(8))
      .map(([whole, places]) => Number(`${whole}e-${places}`)),
    fc.double({ min: 1e-8, max: 1e6, noNaN: true }),
    fc.nat(2),
    fc.nat(2 ** 40),
  );
  it("come back as they were, from CSV and from Parquet", async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (rows) => {
        n += 1;
        for (const ending of [".csv", ".csv.gz", ".parquet"]) {
          const path = at(`${n}/A_B-trades${ending}`);
          await writeTrades(tableOf(rows), path);
          expect(rowsOf((await readTrades(path)).trades)).toEqual(rows);
        }
      }),
      { numRuns: 15 },
    );
  });

  it.each<[string, string, string, Row]>([
    ["shoal", "ts_ms,price,amount,side,id\n5,1.5,2,sell,7\n", "shoal", [5, 1.5, 2, 2, 7]],
    ["without side and number", "ts_ms,price,amount,side,id\n5,1.5,2,,\n", "shoal", [5, 1.5, 2, 0, 0]],
    [
      "binance trades",
      "7,1.5,2,3,1600000000000,True,True\n",
      "binance trades",
      [1_600_000_000_000, 1.5, 2, 2, 7],
    ],
    [
      "binance aggTrades, in microseconds",
      "7,1.5,2,3,4,1735689600000999,False,True\n",
      "binance aggTrades",
      [1_735_689_600_000, 1.5, 2, 1, 7],
    ],
  ])("%s", async (name, text, layout, expected) => {
    const path = at(`${name.replaceAll(" ", "-")}-trades.csv.gz`);
    writeFileSync(path, gzipSync(text));
    const read = await readTrades(path);
    expect(read.layout).toBe(layout);
    expect(rowsOf(read.trades)).toEqual([expected]);
  });

  it.each([
    ["ts_ms,price\n", ":1: expected the header ts_ms,price,amount,side,id"],
    ["ts_ms,price,amount,side,id\n1,x,2,buy,1\n", ":2 price: expected a number"],
    ["ts_ms,price,amount,side,id\n1,1,2,up,1\n", ":2 side: expected buy, sell or nothing"],
    ["ts_ms,price,amount,side,id\n1,1,2\n", ":2: expected 5 cells"],
  ])("refuses %j", async (text, said) => {
    writeFileSync(at("bad-trades.csv"), text);
    await expect(readTrades(at("bad-trades.csv"))).rejects.toThrow(said);
  });

  it("are found by their names, and the name tells the pair", () => {
    mkdirSync(at("found"));
    for (const name of ["A_B-trades.csv.gz", "ETHUSDT-aggTrades-2021-05.csv", "A_B-5m.csv", "README.md"])
      writeFileSync(at(`found/${name}`), "");
    expect(tradeFiles(at("found"), "path").map(({ symbol }) => symbol)).toEqual(["A/B", "ETH/USDT"]);
    expect(() => tradeFiles(at("found"), "path", ["X/Y"])).toThrow(
      "path: expected files named like XRP_ETH-trades",
    );
  });
});

describe("what is wrong with trades", () => {
  it("is named by kind and place", () => {
    const found = checkTrades(
      tableOf([
        [10, 100, 1, 1, 1],
        [20, 100, 1, 1, 2],
        [15, 130, 1, 1, 5],
        [30, 100, 0, 1, 5],
        [99, 100, 1, 1, 6],
      ]),
      { now: 50 },
    );
    expect(found).toMatchObject({ rows: 5, missing: 2, sound: false });
    expect(found.findings.map(({ kind, first }) => [kind, first[0]!.at, first[0]!.what])).toEqual([
      ["out-of-order", 15, undefined],
      ["duplicate", 30, "number 5"],
      ["broken", 30, "amount 0"],
      ["unfinished", 99, undefined],
      ["id-gap", 15, 2],
      ["spike", 15, expect.closeTo(0.3, 12)],
    ]);
  });

  it("order: by time and number, repeats once, and one number with two trades is refused", () => {
    const { trades, repeats } = tradesInOrder(
      tableOf([
        [2, 1, 1, 1, 3],
        [1, 1, 1, 1, 1],
        [2, 1, 1, 1, 3],
        [1, 9, 1, 1, 0],
        [1, 9, 1, 1, 0],
      ]),
      "A/B",
    );
    expect(repeats).toBe(1);
    expect(rowsOf(trades).map((row) => row[4])).toEqual([0, 0, 1, 3]);
    expect(() =>
      tradesInOrder(
        tableOf([
          [1, 1, 1, 1, 3],
          [1, 2, 1, 1, 3],
        ]),
        "A/B",
      ),
    ).toThrow("several with 3");
  });
});

describe("an archive of trades", () => {
  it("keeps days that are over, comes back exactly, and tells damage", async () => {
    const rows = Array.from({ length: 300 }, (_, i): Row => [
      start + i * 800_000,
      100 + (i % 7) / 100,
      0.25 + i / 1_000,
      1 + (i % 2),
      i + 1,
    ]);
    const trades = tableOf(rows);
    const archive = at("archive");
    mkdirSync(archive);
    const series = { venue: "mine", symbol: "A/B", trades };
    expect(await archiveTrades(archive, series)).toMatchObject({ written: 2, rows: 216, left: 84 });
    expect(await archiveTrades(archive, series)).toMatchObject({ written: 0, unchanged: 2 });
    const [shelf] = await tradeShelvesOf(archive, {});
    expect(rowsOf(await restoreTrades(archive, shelf!, {}))).toEqual(rows.slice(0, 216));
    const part = { from: start + DAY, until: start + DAY + 1_600_000 };
    expect(rowsOf(await restoreTrades(archive, shelf!, part)).length).toBe(2);
    trades.price[0] = 99;
    await expect(archiveTrades(archive, series)).rejects.toThrow("what was archived (--force replaces it)");
    expect((await verifyArchive(archive)).problems).toEqual([]);
    writeFileSync(join(archive, shelf!.files[0]!.path), "x");
    expect((await verifyArchive(archive)).problems).toMatchObject([{ what: "damaged" }]);
    await expect(restoreTrades(archive, shelf!, {})).rejects.toThrow("the file that was archived");
  });

  it("dense trades take 3.5 bytes each at most", async () => {
    const dense = new TradeTable();
    const chance = new Chance(1);
    let price = 5_000_000;
    for (let i = 0; i < 86_400; i += 1) {
      price += Math.floor(chance.next() * 7) - 3;
      const amount = Math.floor(chance.next() * 256) / 1_000;
      dense.push(start + i * 1_000, price / 100, amount, chance.next() < 0.5 ? 1 : 2, i + 1);
    }
    const path = at("dense-trades.parquet");
    await writeTrades(dense, path);
    expect(statSync(path).size / dense.length).toBeLessThan(3.5);
  });

  it("is kept by a policy that names trades", () => {
    const policy = parseRetention("trades=30d,1m=90d");
    expect(isExpired({ timeframe: "trades", to: 0 }, policy, 30 * DAY)).toBe(true);
    expect(isExpired({ timeframe: "trades", to: 1 }, policy, 30 * DAY)).toBe(false);
  });
});

describeRecorded("trades-binance-xrpeth-2019-10", () => {
  it("recorded trades go through import, archive and restore on the command line", async () => {
    const cwd = folder.path;
    const run = async (...args: readonly string[]) => {
      const said = await shoal([...args, "--trades", "--json"], { cwd });
      expect(said.err).toBe("");
      return said.json;
    };
    const source = recordedPath("trades-binance-xrpeth-2019-10/XRP_ETH-trades.csv.gz");
    await run("import", source, "--venue", "binance", "--dir", "h");
    expect(await run("archive", "--dir", "h", "--to", "a")).toMatchObject({
      series: [{ written: 2, rows: 10_063 }],
    });
    await run("restore", "a", "--dir", "back");
    const [was, is] = ["h", "back"].map((dir) =>
      gunzipSync(readFileSync(at(`${dir}/binance/XRP_ETH-trades.csv.gz`))).toString(),
    );
    expect(is!.length).toBeGreaterThan(100_000);
    expect(was!.startsWith(is!)).toBe(true);
  }, 90_000);
});
