/** DuckDB beyond the common suite: durability, a worker that dies, sealed days, one owner. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, it } from "vitest";
import { duckdbTickStore, type DuckdbOptions } from "../../../adapters/ticks/duckdb.ts";
import type { TickStoreStats } from "../../../adapters/ticks/ticks.ts";
import type { InstrumentId, Timestamp } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { describeRecorded } from "../../recorded.ts";
import {
  BTC,
  EVER,
  FOREVER,
  RECORDED,
  recordedTrades,
  T0,
  tickStoreSuite,
  trade,
  tradesFrom,
} from "./conformance.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-ticks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const newPath = (): string => join(folder, `${++made}`, "ticks.duckdb");
const DAY = 86_400_000;

/** Small and quick; an error nobody expected fails the test. */
const open = (options: Partial<DuckdbOptions> = {}) =>
  duckdbTickStore({
    path: newPath(),
    memoryLimit: "128MB",
    threads: 1,
    onError: (error) => {
      throw error;
    },
    ...options,
  });

tickStoreSuite("DuckDB", (queueRowsMax) => open(queueRowsMax === undefined ? {} : { queueRowsMax }));

// A quiet store would flush after 250 ms by itself; here a flush must be asked for.
tickStoreSuite("DuckDB, every day sealed at once", async (queueRowsMax) => {
  const store = await open(queueRowsMax === undefined ? {} : { queueRowsMax });
  const flush = store.flush.bind(store);
  store.flush = async () => {
    await flush();
    await store.seal(FOREVER);
  };
  return store;
});

it("finds everything flushed after it is opened again", async () => {
  const path = newPath();
  const first = await open({ path });
  first.writeTrades(BTC, tradesFrom(0, 10_000));
  first.writeTrades("sandbox:ETH/USDT" as InstrumentId, [trade(T0, 1)]);
  await first.close();
  const second = await open({ path });
  expect(await second.trades(BTC, EVER, FOREVER)).toEqual(tradesFrom(0, 10_000));
  second.writeTrades("sandbox:SOL/USDT" as InstrumentId, [trade(T0, 2)]);
  await second.flush();
  expect(await second.trades("sandbox:ETH/USDT" as InstrumentId, EVER, FOREVER)).toEqual([trade(T0, 1)]);
  expect(await second.trades("sandbox:SOL/USDT" as InstrumentId, EVER, FOREVER)).toEqual([trade(T0, 2)]);
  await second.close();
});

it("writes rows by itself after flushMs", async () => {
  const store = await open({ flushMs: 20 });
  store.writeTrades(BTC, tradesFrom(0, 5));
  await eventually("five rows on disk", () => store.stats().written === 5);
  await store.close();
});

/** A process of its own that writes 500 trades, flushes, says how many stand, and goes on until it is killed. */
const recorder = (path: string): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, "recorder-process.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });

it("loses nothing that was flushed when its process is killed", async () => {
  const path = newPath();
  const child = recorder(path);
  let flushed = 0;
  child.stdout!.on("data", (text: Buffer) => {
    for (const line of text.toString().trim().split("\n")) flushed = Math.max(flushed, Number(line));
  });
  await eventually("a few flushes of the child", () => flushed >= 5_000, 20_000);
  child.kill("SIGKILL");
  await once(child, "exit");
  const store = await open({ path });
  const found = await store.trades(BTC, EVER, FOREVER);
  expect(found.length).toBeGreaterThanOrEqual(flushed);
  expect(found).toEqual(tradesFrom(0, found.length));
  await store.close();
});

it("says that another process holds the file", async () => {
  const path = newPath();
  const child = recorder(path);
  await once(child.stdout!, "data");
  await expect(open({ path })).rejects.toThrow(/lock/);
  child.kill("SIGKILL");
  await once(child, "exit");
});

it("tells of a dead worker, starts another and loses nothing", async () => {
  const threads: Worker[] = [];
  const watch = (worker: Worker): void => void threads.push(worker);
  process.on("worker", watch);
  const errors: string[] = [];
  const store = await open({ onError: (error) => errors.push(error.message) });
  for (let i = 0; i < 40; i += 1) {
    store.writeTrades(BTC, tradesFrom(i * 1_000, 1_000));
    store.writeTrades(`sandbox:N${i}/X` as InstrumentId, [trade(T0, i)]);
    // A batch it cannot write ends it. Ended from outside in the middle of a call, DuckDB would abort this process.
    if (i === 20) threads.at(-1)!.postMessage({ type: "append", names: null });
  }
  await store.flush();
  process.off("worker", watch);
  expect(threads.length).toBe(2);
  expect(errors.length).toBe(1);
  expect(errors[0]).toMatch(/the storage worker died: .+; \d+ rows wait/);
  expect(await store.trades(BTC, EVER, FOREVER)).toEqual(tradesFrom(0, 40_000));
  for (let i = 0; i < 40; i += 1)
    expect(await store.trades(`sandbox:N${i}/X` as InstrumentId, EVER, FOREVER)).toEqual([trade(T0, i)]);
  expect(store.stats()).toEqual({ written: 40_040, queued: 0, dropped: 0, refused: 0, failing: false });
  await store.close();
});

it("tells of a full disk, keeps and counts what it took, and has every row it called written", async () => {
  const path = newPath();
  const script = join(import.meta.dirname, "full-disk-process.ts");
  // Files of at most 3 MB stand for a full disk; without the trap the limit would kill the process.
  const limited = `trap '' XFSZ; ulimit -f 3000; exec "$0" "$@"`;
  const child = spawn("bash", ["-c", limited, process.execPath, script, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await once(child, "exit");
  const found = JSON.parse(text) as Record<"errors" | "flush" | "close", string> & {
    readonly accepted: number;
    readonly before: TickStoreStats;
    readonly after: TickStoreStats;
  };
  expect(found.errors[0]).toContain("the storage worker died: Failed to append");
  expect(found.flush).toContain("File too large");
  expect(found.before.written + found.before.queued).toBe(found.accepted);
  expect(found.before.dropped).toBeGreaterThan(0);
  expect(found.close).toBe(`${found.before.queued} rows were not on disk when the tick store was closed`);
  expect(found.after).toEqual({
    written: found.before.written,
    queued: 0,
    dropped: found.before.dropped + found.before.queued,
    refused: 0,
    failing: false,
  });
  const store = await open({ path });
  const stored = await store.trades(BTC, EVER, FOREVER);
  // A commit whose acknowledgement was cut off may stand as well; what was called written stands in any case.
  expect(stored.length).toBeGreaterThanOrEqual(found.before.written);
  expect(stored.every((each, i) => each.id === i + 1)).toBe(true);
  await store.close();
});

it("lets its process exit while questions are under way", async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, "leaving-process.ts"), newPath()], {
    stdio: "inherit",
  });
  expect(await once(child, "exit")).toEqual([0, null]);
});

const daysOf = (archive: string, instrument: string): string[] => {
  const inside = join(archive, "venue=sandbox", `instrument=${instrument}`);
  return existsSync(inside) ? readdirSync(inside).sort() : [];
};

it("seals a finished day by itself, merges late trades, and reads both sides of the seal as one", async () => {
  const archive = join(folder, "sealed");
  const store = await open({ archive, sealAfterMs: 3_600_000 });
  const day = (n: number) =>
    tradesFrom(0, 3_000).map((t) => trade(t.at + n * DAY, t.id + n * 3_000, t.price));
  const trades = [...day(0), ...day(1)];
  store.writeTrades(BTC, trades.slice(10));
  // 00:59 of the third day: the second is not finished yet. 01:00 of it: it is.
  store.writeTrades(BTC, [trade(T0 + 2 * DAY + 3_599_999, 9_000)]);
  await store.flush();
  await eventually("the first day is sealed", () => daysOf(archive, "sandbox%3ABTC%2FUSDT").length === 1);
  store.writeTrades(BTC, [trade(T0 + 2 * DAY + 3_600_000, 9_001)]);
  await store.flush();
  await eventually("both days are sealed", () => daysOf(archive, "sandbox%3ABTC%2FUSDT").length === 2);
  const last = [trade(T0 + 2 * DAY + 3_599_999, 9_000), trade(T0 + 2 * DAY + 3_600_000, 9_001)];
  expect(await store.trades(BTC, EVER, FOREVER)).toEqual([...trades.slice(10), ...last]);
  store.writeTrades(BTC, trades.slice(0, 20));
  await store.flush();
  expect(await store.trades(BTC, EVER, FOREVER)).toEqual([...trades, ...last]);
  expect(await store.seal((T0 + DAY) as Timestamp)).toBe(1);
  expect(await store.seal((T0 + DAY) as Timestamp)).toBe(0);
  expect(await store.trades(BTC, EVER, FOREVER)).toEqual([...trades, ...last]);
  // Retention is the removal of a folder.
  rmSync(join(archive, "venue=sandbox", "instrument=sandbox%3ABTC%2FUSDT", "date=2019-10-11"), {
    recursive: true,
  });
  expect(await store.trades(BTC, EVER, FOREVER)).toEqual([...trades.slice(3_000), ...last]);
  await store.close();
});

describeRecorded(RECORDED, () => {
  it("seals recorded trades as whole numbers that any Parquet reader turns back into the same prices", async () => {
    const archive = join(folder, "recorded");
    const store = await open({ archive, sealAfterMs: 30 * DAY });
    const trades = recordedTrades();
    store.writeTrades("binance:XRP/ETH" as InstrumentId, trades);
    await store.flush();
    expect(await store.seal(FOREVER)).toBe(new Set(trades.map((t) => Math.floor(t.at / DAY))).size);
    await store.close();
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(
      `select at_ms::DOUBLE, price / price_divisor, quantity / quantity_divisor, case buy when 1 then 'buy' else 'sell' end,
       id::DOUBLE, typeof(price), typeof(quantity), venue, instrument
     from read_parquet('${archive}/**/*.parquet') order by at_ms, id`,
    );
    expect(found.getRows()).toEqual(
      trades.map((t) => [
        t.at,
        t.price,
        t.quantity,
        t.side,
        t.id,
        "BIGINT",
        "BIGINT",
        "binance",
        "binance:XRP/ETH",
      ]),
    );
    connection.closeSync();
    instance.closeSync();
  });
});
